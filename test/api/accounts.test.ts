import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { OPERATOR_SECRET, startApp, type TestApp } from "../app";
import { ownDatabase } from "../own-database";
import { callAs, makePerson, PASSWORD, type Person, post, signIn } from "./people";
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
    expectError(await post(app, "/api/auth/sign-up/email", {}), "ForbiddenError", 403);
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
