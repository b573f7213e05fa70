import { createHash } from "node:crypto";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { MOST_KEYS_PER_USER } from "@/lib/auth/api-keys";
import { startApp, type TestApp } from "../app";
import { ownDatabase } from "../own-database";
import { callAs, makePerson, type Person } from "./people";
import { expectError, expectInvalid, hushSweeps, QUIET } from "./refusals";

const database = ownDatabase();
let app: TestApp;
let member: Person;
let stranger: Person;
let admin: Person;

beforeAll(async () => {
  await hushSweeps();
  app = await startApp(database.url, QUIET);
  member = await makePerson(app);
  stranger = await makePerson(app);
  admin = await makePerson(app, "admin");
});
afterAll(() => app?.stop());

const BOTH = ["read", "run"];
const create = (person: Person, body: unknown = { name: "CI", scopes: BOTH }) =>
  callAs(app, person, "POST", "/api/api-keys", body);
const withKey = (key: string, method: string, path: string, body?: unknown) =>
  app.raw(path, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const idsOf = async (person: Person) =>
  (await callAs(app, person, "GET", "/api/api-keys")).body.apiKeys.map(
    (key: { id: number }) => key.id,
  );

describe("a key", () => {
  test("is shown once, and only its digest is kept", async () => {
    const { status, headers, body } = await create(member);
    expect({ status, body }).toEqual({
      status: 201,
      body: {
        success: true,
        apiKey: {
          id: expect.any(Number),
          name: "CI",
          prefix: body.key.slice(4, 12),
          scopes: BOTH,
          createdAt: expect.stringMatching(/Z$/),
          lastUsedAt: null,
        },
        key: expect.stringMatching(/^cvs_[\w-]{43}$/),
      },
    });
    expect(headers.get("cache-control")).toBe("no-store");
    const list = await callAs(app, member, "GET", "/api/api-keys");
    expect(list.body).toEqual({ success: true, apiKeys: [body.apiKey] });
    const [row] = await execute<{ text: string }>(sql`
      select k::text as text from api_keys k where id = ${body.apiKey.id}`);
    expect(row?.text).not.toContain(body.key.slice(12));
    expect(row?.text).toContain(createHash("sha256").update(body.key).digest("hex"));
  });

  test("opens what its scopes say", async () => {
    const { key } = (await create(member, { name: "look", scopes: ["read"] })).body;
    const prompt = { slug: "by-key", question: "?", modelIds: [1] };
    expect((await withKey(key, "GET", "/api/models")).status).toBe(200);
    expectError(await withKey(key, "POST", "/api/prompts", prompt), "ForbiddenError", 403);
    const { key: runs } = (await create(member, { name: "do", scopes: ["run"] })).body;
    expectError(await withKey(runs, "GET", "/api/models"), "ForbiddenError", 403);
    expectError(await withKey(runs, "POST", "/api/prompts", prompt), "ModelNotFoundError", 404, {
      modelId: 1,
    });
  });

  test("has its owner's role, and never opens what is the operator's or a session's", async () => {
    const { key } = (await create(admin)).body;
    const model = { provider: "openai", name: "by-key" };
    expect((await withKey(key, "POST", "/api/models", model)).status).toBe(201);
    const { key: ofMember } = (await create(member)).body;
    expectError(await withKey(ofMember, "POST", "/api/models", model), "ForbiddenError", 403);
    for (const [method, path] of [
      ["GET", "/api/cron"],
      ["POST", "/api/jobs/process"],
      ["POST", "/api/setup"],
      ["POST", "/api/invitations"],
      ["GET", "/api/api-keys"],
      ["POST", "/api/api-keys"],
      ["DELETE", "/api/api-keys/1"],
      ["GET", "/api/auth/list-sessions"],
      ["POST", "/api/auth/change-password"],
    ] as const) {
      expectError(await withKey(key, method, path), "ForbiddenError", 403);
    }
  });

  test("notes when it was used, to the minute", async () => {
    const { key, apiKey } = (await create(member)).body;
    const lastUsed = async () =>
      (
        await execute<{ at: string | null }>(sql`
          select last_used_at as at from api_keys where id = ${apiKey.id}`)
      )[0]?.at;
    await Promise.all(Array.from({ length: 20 }, () => withKey(key, "GET", "/api/models")));
    const first = await lastUsed();
    expect(first).not.toBeNull();
    await withKey(key, "GET", "/api/models");
    expect(await lastUsed()).toBe(first);
    await execute(sql`
      update api_keys set last_used_at = now() - interval '61 s' where id = ${apiKey.id}`);
    await withKey(key, "GET", "/api/models");
    const list = (await callAs(app, member, "GET", "/api/api-keys")).body.apiKeys;
    expect(Date.now() - Date.parse(list[0].lastUsedAt)).toBeLessThan(10_000);
  });

  test("in any disguise is no key", async () => {
    const { key } = (await create(member)).body;
    for (const authorization of [
      key,
      `Basic ${key}`,
      `Bearer ${key}x`,
      `Bearer ${key.slice(0, -1)}`,
      `Bearer ${key.toUpperCase()}`,
      `Bearer ${key} ${key}`,
      `Bearer ${createHash("sha256").update(key).digest("hex")}`,
      "Bearer cvs_",
      "Bearer cvs_%",
    ]) {
      const reply = await app.raw("/api/models", { headers: { authorization } });
      expectError(reply, "UnauthorizedError", 401);
    }
    expect((await withKey(key, "GET", `/api/models?key=${key}`)).status).toBe(400);
  });
});

describe("deleting a key", () => {
  test("shuts it at once", async () => {
    const { key, apiKey } = (await create(member)).body;
    const path = `/api/api-keys/${apiKey.id}`;
    expect((await callAs(app, member, "DELETE", path)).body).toEqual({ success: true });
    expectError(await withKey(key, "GET", "/api/models"), "UnauthorizedError", 401);
    expectError(await callAs(app, member, "DELETE", path), "NotFoundError", 404, {
      apiKeyId: apiKey.id,
    });
  });

  test("is not a stranger's to do, who can't tell it from one that isn't there", async () => {
    const { apiKey, key } = (await create(member)).body;
    const path = `/api/api-keys/${apiKey.id}`;
    const theirs = await callAs(app, stranger, "DELETE", path);
    const none = await callAs(app, stranger, "DELETE", "/api/api-keys/999999");
    expectError(theirs, "NotFoundError", 404, { apiKeyId: apiKey.id });
    expect(theirs.text.replaceAll(`${apiKey.id}`, "999999")).toBe(none.text);
    expect(await idsOf(stranger)).toEqual([]);
    expect((await withKey(key, "GET", "/api/models")).status).toBe(200);
    expectInvalid(await callAs(app, member, "DELETE", "/api/api-keys/0"), "keyId");
  });

  test("and seeing them all is an admin's and the operator's", async () => {
    const [first, second] = [await create(member), await create(member)];
    const { body } = await app.call("GET", "/api/api-keys");
    expect(await idsOf(admin)).toEqual(body.apiKeys.map((key: { id: number }) => key.id));
    const at = (reply: typeof first) => `/api/api-keys/${reply.body.apiKey.id}`;
    expect((await callAs(app, admin, "DELETE", at(first))).status).toBe(200);
    expect((await app.call("DELETE", at(second))).status).toBe(200);
    expectError(await withKey(second.body.key, "GET", "/api/models"), "UnauthorizedError", 401);
  });
});

describe("creating a key", () => {
  test("is nothing that the operator can do, who is nobody", async () => {
    expectError(await app.call("POST", "/api/api-keys", {}), "ForbiddenError", 403);
  });

  test.each([
    ["no name", { scopes: BOTH }, "name"],
    ["an empty name", { name: " ", scopes: BOTH }, "name"],
    ["a name of 101 characters", { name: "x".repeat(101), scopes: BOTH }, "name"],
    ["NUL in its name", { name: "a\0b", scopes: BOTH }, "name"],
    ["no scopes", { name: "CI", scopes: [] }, "scopes"],
    ["scopes twice", { name: "CI", scopes: ["read", "read"] }, "scopes"],
    ["a scope that isn't there", { name: "CI", scopes: ["admin"] }, "scopes.0"],
    ["somebody else's id", { name: "CI", scopes: BOTH, userId: "x" }, "userId"],
  ])("is refused with %s", async (_, body, path) => {
    expectInvalid(await create(member, body), path);
  });

  test("ends at fifty, of sixty at once too, and one more after a deletion", async () => {
    const replies = await Promise.all(Array.from({ length: 60 }, () => create(stranger)));
    const made = replies.filter((reply) => reply.status === 201);
    expect(made).toHaveLength(MOST_KEYS_PER_USER);
    for (const reply of replies.filter((reply) => !made.includes(reply))) {
      expectError(reply, "ConflictError", 409);
    }
    expect(new Set(made.map((reply) => reply.body.key)).size).toBe(MOST_KEYS_PER_USER);
    await callAs(app, stranger, "DELETE", `/api/api-keys/${made[0]?.body.apiKey.id}`);
    expect((await create(stranger)).status).toBe(201);
  });
});

test("no key is in the log", () => {
  expect(app.output.join("\n")).not.toMatch(/cvs_[\w-]{8}/);
});
