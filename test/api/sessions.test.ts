import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { startApp, type TestApp } from "../app";
import { ownDatabase } from "../own-database";
import { callAs, cookieOf, makePerson, PASSWORD, post, signIn, trySignIn } from "./people";
import { expectError, expectInvalid, hushSweeps, QUIET } from "./refusals";

const database = ownDatabase();
let app: TestApp;

beforeAll(async () => {
  await hushSweeps();
  app = await startApp(database.url, QUIET);
});
afterAll(() => app?.stop());

const session = (cookie: string) => app.raw("/api/auth/get-session", { headers: { cookie } });

describe("signing in", () => {
  test("gives a cookie that scripts can't read and foreign pages don't send", async () => {
    const { email } = await makePerson(app);
    const reply = await trySignIn(app, { email, password: PASSWORD });
    expect(reply.headers.get("cache-control")).toBe("no-store");
    const cookies = reply.headers.getSetCookie();
    expect(cookies).toHaveLength(1);
    expect(cookies[0]).toMatch(/^canvass\.session_token=[^;]+; Max-Age=2592000; Path=\/;/);
    expect(cookies[0]).toContain("HttpOnly");
    expect(cookies[0]).toContain("SameSite=Lax");
    // Browsers would drop it on http, and this app is called by http.
    expect(cookies[0]).not.toContain("Secure");
  });

  test("behind https gives one that never goes by http", async () => {
    const { email } = await makePerson(app);
    const origin = app.url.replace("http:", "https:");
    const headers = { "x-forwarded-proto": "https", origin };
    const reply = await trySignIn(app, { email, password: PASSWORD }, headers);
    expect(reply.headers.getSetCookie()[0]).toContain("; Secure");
  });

  test("fails the same for a wrong password and for an email that nobody has", async () => {
    const { email } = await makePerson(app);
    const wrong = await trySignIn(app, { email, password: "wrong horse" });
    const nobody = await trySignIn(app, { email: "nobody@example.com", password: "wrong horse" });
    expectError(wrong, "UnauthorizedError", 401);
    expect(nobody.text).toBe(wrong.text);
    expect(wrong.headers.getSetCookie()).toEqual([]);
  });

  test("takes as long for an email that nobody has as for a wrong password", async () => {
    const { email } = await makePerson(app);
    const fastest = async (to: string) => {
      const times: number[] = [];
      for (let n = 0; n < 5; n++) {
        const startedMs = performance.now();
        await trySignIn(app, { email: to, password: "wrong horse" });
        times.push(performance.now() - startedMs);
      }
      return Math.min(...times);
    };
    // Without a password to check it would be some ten times faster.
    const ratio = (await fastest("slow@example.com")) / (await fastest(email));
    expect(ratio).toBeGreaterThan(0.3);
    expect(ratio).toBeLessThan(3);
  });

  test("refuses what is no email, no password, or more than was asked for", async () => {
    const body = { email: "a@example.com", password: PASSWORD };
    expectInvalid(await trySignIn(app, { ...body, email: "a" }), "email");
    expectInvalid(await trySignIn(app, { ...body, email: ["a@example.com"] }), "email");
    expectInvalid(await trySignIn(app, { ...body, password: { $ne: "" } }), "password");
    const url = "https://evil.example/";
    expectInvalid(await trySignIn(app, { ...body, callbackURL: url }), "callbackURL");
    expectInvalid(await post(app, "/api/auth/sign-in/email?x=1", body), "x");
    const form = await app.raw("/api/auth/sign-in/email", {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(body).toString(),
    });
    expectInvalid(form, "");
  });

  test("never keeps a session that was there before", async () => {
    const { email, cookie } = await makePerson(app);
    const headers = { cookie };
    const again = cookieOf(await trySignIn(app, { email, password: PASSWORD }, headers));
    expect(again).not.toBe(cookie);
  });
});

describe("a session", () => {
  test("opens what a member may see, and ends with signing out", async () => {
    const person = await makePerson(app);
    expect((await callAs(app, person, "GET", "/api/models")).status).toBe(200);
    expect((await callAs(app, person, "POST", "/api/auth/sign-out")).body).toEqual({
      success: true,
    });
    expectError(await callAs(app, person, "GET", "/api/models"), "UnauthorizedError", 401);
    expect((await session(person.cookie)).text).toBe("null");
  });

  test("can be listed, and ended elsewhere, by nobody but its owner", async () => {
    const person = await makePerson(app);
    const elsewhere = { cookie: await signIn(app, person.email) };
    const stranger = await makePerson(app);
    const { body: list } = await callAs(app, person, "GET", "/api/auth/list-sessions");
    expect(list.map((one: { userId: string }) => one.userId)).toEqual([person.id, person.id]);
    for (const { token } of list) {
      await callAs(app, stranger, "POST", "/api/auth/revoke-session", { token });
    }
    expect((await callAs(app, elsewhere, "GET", "/api/models")).status).toBe(200);
    await callAs(app, person, "POST", "/api/auth/revoke-other-sessions");
    expect((await callAs(app, person, "GET", "/api/models")).status).toBe(200);
    expectError(await callAs(app, elsewhere, "GET", "/api/models"), "UnauthorizedError", 401);
  });

  test("is none once it ran out", async () => {
    const person = await makePerson(app);
    await execute(sql`
      update sessions set expires_at = now() - interval '1 second' where user_id = ${person.id}`);
    expectError(await callAs(app, person, "GET", "/api/models"), "UnauthorizedError", 401);
    await signIn(app, person.email);
    const rows = await execute(sql`select from sessions where user_id = ${person.id}`);
    expect(rows).toHaveLength(1);
  });

  test("goes by its signature: a token from the table, or a changed cookie, is none", async () => {
    const person = await makePerson(app);
    const [row] = await execute<{ token: string }>(sql`
      select token from sessions where user_id = ${person.id}`);
    const [name, value = ""] = person.cookie.split("=");
    const forged = [
      `${name}=${row?.token}`,
      `${name}=${row?.token}.`,
      `${name}=${value.replace(/^./, (c) => (c === "a" ? "b" : "a"))}`,
      `${name}=${value.slice(0, -6)}${encodeURIComponent("A=")}`,
      `${name}=${"x".repeat(4_000)}`,
      `${name}=%00`,
      `${name}=%`,
      `${name}=`,
    ];
    for (const cookie of forged) {
      expectError(await callAs(app, { cookie }, "GET", "/api/models"), "UnauthorizedError", 401);
    }
    // What another program on the same host has set is no matter.
    const beside = `other=1; ${person.cookie}; __Secure-canvass.session_token=x`;
    expect((await callAs(app, { cookie: beside }, "GET", "/api/models")).status).toBe(200);
  });

  test("has the role that its user has now", async () => {
    const person = await makePerson(app, "admin");
    const create = () =>
      callAs(app, person, "POST", "/api/models", { provider: "openai", name: person.id });
    await execute(sql`update users set role = 'member' where id = ${person.id}`);
    expectError(await create(), "ForbiddenError", 403);
    await execute(sql`update users set role = 'admin' where id = ${person.id}`);
    expect((await create()).status).toBe(201);
  });
});

describe("a password", () => {
  test("is changed by whoever knows it, and the other sessions can end with it", async () => {
    const person = await makePerson(app);
    const elsewhere = { cookie: await signIn(app, person.email) };
    const change = (currentPassword: string) =>
      callAs(app, person, "POST", "/api/auth/change-password", {
        currentPassword,
        newPassword: "another horse",
        revokeOtherSessions: true,
      });
    expectInvalid(await change("wrong horse"), "currentPassword");
    const { status, headers } = await change(PASSWORD);
    expect(status).toBe(200);
    expect(headers.getSetCookie()[0]).toMatch(/^canvass\.session_token=/);
    expectError(await callAs(app, elsewhere, "GET", "/api/models"), "UnauthorizedError", 401);
    await signIn(app, person.email, "another horse");
  });
});

test("nothing of all this is in the log: no password, no cookie, no email", () => {
  const printed = app.output.join("\n");
  expect(printed).not.toMatch(/horse|canvass\.session_token|@example\.com/);
});
