import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { startApp, type TestApp } from "../app";
import { ownDatabase } from "../own-database";
import { callAs, makePerson, PASSWORD, type Person, post, signIn } from "./people";
import { expectError, expectInvalid, hushSweeps, QUIET } from "./refusals";

const database = ownDatabase();
let app: TestApp;
let admin: Person;
let member: Person;

beforeAll(async () => {
  await hushSweeps();
  app = await startApp(database.url, QUIET);
  admin = await makePerson(app, "admin");
  member = await makePerson(app);
});
afterAll(() => app?.stop());

let emails = 0;
const newEmail = () => `invited-${++emails}@example.com`;
const invite = (body: object = { email: newEmail(), role: "member" }) =>
  callAs(app, admin, "POST", "/api/invitations", body);
const tokenOf = async (body?: object) =>
  new URL((await invite(body)).body.url).searchParams.get("token") ?? "";
const accept = (token: string, fields: object = {}) =>
  post(app, "/api/invitations/accept", { token, name: "Grace", password: PASSWORD, ...fields });

/** The one reply for every link that opens nothing. */
function expectNoInvitation(reply: Awaited<ReturnType<typeof accept>>) {
  expectError(reply, "NotFoundError", 404);
  expect(reply.body.message).toBe(
    "This invitation was used, has expired, or never was: ask for another one",
  );
}

describe("an invitation", () => {
  test("is a link for a week, of which the table holds a digest", async () => {
    const { status, body } = await invite({ email: "Grace@Example.com", role: "admin" });
    expect({ status, body }).toEqual({
      status: 201,
      body: {
        success: true,
        url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/invitation\?token=[\w-]{43}$/),
        expiresAt: expect.stringMatching(/Z$/),
      },
    });
    const days = (Date.parse(body.expiresAt) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(6.99);
    expect(days).toBeLessThanOrEqual(7);
    const rows = await execute<object>(sql`select * from invitations`);
    expect(JSON.stringify(rows)).not.toContain(body.url.split("token=")[1]);
    expect(rows[0]).toMatchObject({ email: "grace@example.com", invited_by: admin.id });
  });

  test("is an admin's or the operator's to make", async () => {
    const body = { email: newEmail(), role: "member" };
    expectError(await callAs(app, member, "POST", "/api/invitations", body), "ForbiddenError", 403);
    expectError(await post(app, "/api/invitations", body), "UnauthorizedError", 401);
    expect((await app.call("POST", "/api/invitations", body)).status).toBe(201);
  });

  test.each([
    ["role", { email: "a@example.com", role: "owner" }],
    ["role", { email: "a@example.com" }],
    ["email", { email: "a@", role: "member" }],
    ["email", { email: `${"a".repeat(250)}@example.com`, role: "member" }],
    ["token", { email: "a@example.com", role: "member", token: "mine" }],
  ])("is refused for a wrong %s", async (path, body) => {
    expectInvalid(await invite(body), path);
  });

  test("is not made for somebody who has an account", async () => {
    expectError(await invite({ email: member.email, role: "admin" }), "ConflictError", 409);
  });
});

describe("accepting", () => {
  test("makes the account that was invited, with no say in email or role", async () => {
    const email = newEmail();
    const token = await tokenOf({ email, role: "admin" });
    expectInvalid(await accept(token, { email: "else@example.com" }), "email");
    expectInvalid(await accept(token, { role: "admin" }), "role");
    expectInvalid(await accept(token, { password: "short" }), "password");
    const { status, body } = await accept(token);
    expect({ status, body }).toEqual({
      status: 201,
      body: {
        success: true,
        user: {
          id: expect.any(String),
          email,
          name: "Grace",
          role: "admin",
          createdAt: expect.any(String),
        },
      },
    });
    await signIn(app, email);
  });

  test("of twenty at once makes exactly one account", async () => {
    const token = await tokenOf();
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, n) => accept(token, { name: `Grace ${n}` })),
    );
    const made = replies.filter((reply) => reply.status === 201);
    expect(made).toHaveLength(1);
    for (const reply of replies) if (reply !== made[0]) expectNoInvitation(reply);
  });

  test("can't be told apart: used, expired, or never there", async () => {
    const used = await tokenOf();
    await accept(used);
    const expired = await tokenOf();
    await execute(sql`
      update invitations set expires_at = now() - interval '1 s' where accepted_at is null`);
    for (const token of [used, expired, "x".repeat(43), "%00", "null"]) {
      expectNoInvitation(await accept(token));
    }
  });

  test("of two links for one email, the second finds the account", async () => {
    const email = newEmail();
    const [first, second] = [
      await tokenOf({ email, role: "member" }),
      await tokenOf({ email, role: "admin" }),
    ];
    expect((await accept(first)).status).toBe(201);
    expectError(await accept(second), "ConflictError", 409);
    const [row] = await execute<{ role: string }>(sql`
      select role from users where email = ${email}`);
    expect(row?.role).toBe("member");
  });

  test("from a page of another site is refused", async () => {
    const token = await tokenOf();
    for (const origin of ["https://evil.example", "null"]) {
      const reply = await post(
        app,
        "/api/invitations/accept",
        { token, name: "Eve", password: PASSWORD },
        { origin },
      );
      expectError(reply, "ForbiddenError", 403);
    }
    expect((await accept(token)).status).toBe(201);
  });
});

test("no link and no password is in the log", () => {
  expect(app.output.join("\n")).not.toMatch(/token=|horse/);
});
