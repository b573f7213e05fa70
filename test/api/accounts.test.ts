import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { OPERATOR_SECRET, startApp, type TestApp } from "../app";
import { ownDatabase } from "../own-database";
import {
  callAs,
  cookieOf,
  makePerson,
  PASSWORD,
  type Person,
  post,
  signIn,
  trySignIn,
} from "./people";
import { expectError, expectInvalid, hushSweeps, QUIET } from "./refusals";

const database = ownDatabase();
let app: TestApp;

beforeAll(async () => {
  await hushSweeps();
  app = await startApp(database.url, QUIET);
});
afterAll(() => app?.stop());

const count = async (table: string) =>
  (await execute<{ n: number }>(sql.raw(`select count(*) as n from ${table}`)))[0]?.n;
const session = (cookie: string) => app.raw("/api/auth/get-session", { headers: { cookie } });

describe("the setup", () => {
  const founder = (n = 0) => ({
    email: `First-${n}@Example.com`,
    name: " Ada ",
    password: PASSWORD,
  });

  test("is the operator's alone, and refuses what no account can have", async () => {
    expectError(await post(app, "/api/setup", founder()), "UnauthorizedError", 401);
    const refused: [object, string][] = [
      [{ ...founder(), email: "nobody" }, "email"],
      [{ ...founder(), password: "seven77" }, "password"],
      [{ ...founder(), password: "x".repeat(129) }, "password"],
      [{ ...founder(), name: " " }, "name"],
      [{ ...founder(), role: "admin" }, "role"],
    ];
    for (const [body, path] of refused) {
      expectInvalid(await app.call("POST", "/api/setup", body), path);
    }
    expect(await count("users")).toBe(0);
  });

  test("of twenty at once makes exactly one account, an admin's", async () => {
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, n) => app.call("POST", "/api/setup", founder(n))),
    );
    expect(replies.map((reply) => reply.status).sort()).toEqual([201, ...Array(19).fill(409)]);
    const [made] = replies.filter((reply) => reply.status === 201);
    expect(made?.body).toEqual({
      success: true,
      user: {
        id: expect.any(String),
        email: expect.stringMatching(/^first-\d+@example\.com$/),
        name: "Ada",
        role: "admin",
        createdAt: expect.stringMatching(/Z$/),
      },
    });
    expect([await count("users"), await count("accounts")]).toEqual([1, 1]);
    const cookie = await signIn(app, made?.body.user.email.toUpperCase());
    expect((await session(cookie)).body.user).toMatchObject({ role: "admin", name: "Ada" });
  });

  test("is over once anybody has an account", async () => {
    expectError(await app.call("POST", "/api/setup", founder(99)), "ConflictError", 409);
  });
});

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
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
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

describe("of better-auth", () => {
  let person: Person;
  beforeAll(async () => {
    person = await makePerson(app, "admin");
  });

  const SHUT = [
    ["POST", "sign-in/social"],
    ["POST", "update-user"],
    ["POST", "change-email"],
    ["POST", "delete-user"],
    ["GET", "delete-user/callback"],
    ["POST", "request-password-reset"],
    ["POST", "forget-password"],
    ["POST", "reset-password"],
    ["GET", "reset-password/token"],
    ["POST", "verify-password"],
    ["POST", "set-password"],
    ["POST", "update-session"],
    ["GET", "verify-email"],
    ["POST", "send-verification-email"],
    ["GET", "callback/github"],
    ["GET", "list-accounts"],
    ["POST", "link-social"],
    ["POST", "unlink-account"],
    ["POST", "get-access-token"],
    ["POST", "refresh-token"],
    ["GET", "account-info"],
    ["GET", "ok"],
    ["GET", "error"],
    ["GET", "sign-in/email/"],
    ["POST", "SIGN-IN/email"],
    ["POST", "sign-in%2Femail"],
  ] as const;

  test.each(SHUT)("%s %s can't be reached, signed in or not", async (method, path) => {
    const { email } = person;
    const body = { email, password: PASSWORD, newEmail: "x@example.com", role: "admin" };
    const sent = method === "POST" ? body : undefined;
    const replies = [
      await callAs(app, person, method, `/api/auth/${path}`, sent),
      await app.raw(`/api/auth/${path}`, { method }),
    ];
    for (const { status, headers } of replies) {
      expect([308, 404, 405]).toContain(status);
      expect(headers.getSetCookie()).toEqual([]);
    }
    expect((await session(person.cookie)).body.user).toMatchObject({ email, role: "admin" });
  });

  test("what is open takes its own method alone", async () => {
    expect((await app.raw("/api/auth/sign-out")).status).toBe(405);
    expect((await app.raw("/api/auth/get-session", { method: "POST" })).status).toBe(405);
    expect((await app.raw("/api/auth/sign-in/email", { method: "PUT" })).status).toBe(405);
    expectError(await app.raw("/api/auth/nope", { method: "PUT" }), "NotFoundError", 404);
    expectError(await app.raw("/api/auth/list-sessions"), "UnauthorizedError", 401);
  });

  test("sign-up is shut, and says who opens it", async () => {
    const before = await count("users");
    const body = { email: "me@example.com", name: "Me", password: PASSWORD };
    const reply = await post(app, "/api/auth/sign-up/email", body);
    expectError(reply, "ForbiddenError", 403);
    expect(reply.body.message).toBe("Accounts are by invitation. Ask an admin.");
    expect(await count("users")).toBe(before);
  });

  test("sessions are not to be had with the operator's secret or a wrong header", async () => {
    const headers = { authorization: `Bearer ${OPERATOR_SECRET}` };
    expectError(await app.raw("/api/auth/list-sessions", { headers }), "ForbiddenError", 403);
    const { cookie } = await makePerson(app);
    const wrong = { cookie, authorization: "Bearer nonsense" };
    for (const path of ["/api/auth/list-sessions", "/api/models"]) {
      expectError(await app.raw(path, { headers: wrong }), "UnauthorizedError", 401);
    }
  });
});

test("nothing of all this is in the log: no password, no cookie, no email", () => {
  const printed = app.output.join("\n");
  expect(printed).not.toMatch(/horse|canvass\.session_token|@example\.com/);
});
