import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { execute } from "@/db/client";
import { type Reply, startApp, type TestApp } from "../app";
import { makeJob, makeModel, makePrompt } from "../factories";
import { type FakeProvider, startFakeProvider } from "../fake-provider";
import { ownDatabase } from "../own-database";
import { type Link, startLink } from "./breakable-link";
import { callAs, makePerson, PASSWORD, type Person, post, trySignIn } from "./people";
import { expectError, hushSweeps, QUIET, stored, tomorrow } from "./refusals";

/** The contract's bound. */
const WITHIN_MS = 15_000;

// A silent database is given up after 10 s, by each test more than once.
vi.setConfig({ testTimeout: 60_000 });

const database = ownDatabase();
let provider: FakeProvider;
let link: Link;
let app: TestApp;
let person: Person;
let key: string;

beforeAll(async () => {
  await hushSweeps();
  provider = await startFakeProvider();
  link = await startLink(database.url);
  app = await startApp(link.url, {
    ...QUIET,
    OPENAI_API_KEY: "sk-test",
    OPENAI_BASE_URL: provider.url,
  });
  const model = await makeModel({ provider: "openai", name: "gpt-untouched" });
  const prompt = await makePrompt([model.id], { slug: "untouched" });
  await makeJob({ promptId: prompt.id, modelId: model.id, scheduledFor: tomorrow() });
  person = await makePerson(app);
  const { body } = await callAs(app, person, "POST", "/api/api-keys", {
    name: "CI",
    scopes: ["read"],
  });
  key = body.key;
});
afterAll(async () => {
  await app?.stop();
  await link?.close();
  await provider?.close();
});

const CALLS: [string, string, object?][] = [
  ["GET", "/api/health"],
  ["GET", "/api/cron"],
  ["POST", "/api/jobs/process", { jobId: 1 }],
  ["GET", "/api/jobs/status"],
  ["GET", "/api/jobs/status/1"],
  ["GET", "/api/prompts"],
  ["POST", "/api/prompts", { slug: "new", question: "?", modelIds: [1] }],
  ["GET", "/api/prompts/export"],
  ["GET", "/api/prompts/untouched"],
  ["PATCH", "/api/prompts/untouched", { question: "Another?" }],
  ["DELETE", "/api/prompts/untouched"],
  ["GET", "/api/models"],
  ["POST", "/api/models", { provider: "openai", name: "gpt-new" }],
  ["GET", "/api/models/1"],
  ["PATCH", "/api/models/1", { active: false }],
  ["POST", "/api/setup", { email: "a@example.com", name: "A", password: PASSWORD }],
  ["POST", "/api/invitations", { email: "a@example.com", role: "member" }],
  ["GET", "/api/api-keys"],
];

/** Calls of those who have to be looked up before they are known, and of those who want to be. */
function callAsUser(): Promise<Reply[]> {
  return Promise.all([
    callAs(app, person, "GET", "/api/models"),
    callAs(app, person, "GET", "/api/auth/get-session"),
    callAs(app, person, "GET", "/api/auth/list-sessions"),
    callAs(app, person, "POST", "/api/auth/revoke-sessions"),
    app.raw("/api/models", { headers: { authorization: `Bearer ${key}` } }),
    trySignIn(app, { email: person.email, password: PASSWORD }),
    post(app, "/api/invitations/accept", { token: "x", name: "A", password: PASSWORD }),
  ]);
}

/** Makes every call at once, and gives the replies with how long each took. */
function callAll(): Promise<{ reply: Reply; ms: number }[]> {
  return Promise.all(
    CALLS.map(async ([method, path, body]) => {
      const startedMs = performance.now();
      const reply = await app.call(method, path, body);
      return { reply, ms: performance.now() - startedMs };
    }),
  );
}

describe("while the database is away", () => {
  async function expectUnavailable() {
    const before = await stored();
    for (const { reply, ms } of await callAll()) {
      expectError(reply, "DatabaseUnavailableError", 503);
      expect(reply.text).not.toContain(new URL(database.url).password);
      expect(ms).toBeLessThan(WITHIN_MS);
    }
    const startedMs = performance.now();
    for (const reply of await callAsUser()) expectError(reply, "DatabaseUnavailableError", 503);
    expect(performance.now() - startedMs).toBeLessThan(WITHIN_MS);
    expectError(await app.raw("/api/nope"), "NotFoundError", 404);
    expectError(await app.raw("/api/models"), "UnauthorizedError", 401);
    expect(await stored()).toBe(before);
    expect(provider.requests).toEqual([]);
  }

  /** Back by itself; a call that met the old connections may still have been told to try again. */
  async function expectBack() {
    const read = () => app.call("GET", "/api/jobs/status");
    await expect.poll(async () => (await read()).status, { timeout: WITHIN_MS }).toBe(200);
    expect((await read()).body.summary.total).toBe(1);
    const health = await app.call("GET", "/api/health");
    expect(health.body).toEqual({ success: true, database: "ok" });
    expect((await callAs(app, person, "GET", "/api/models")).status).toBe(200);
  }

  test("every route answers 503 where it refuses connections, and serves again afterwards", async () => {
    await expectBack();
    await link.cut();
    await expectUnavailable();
    await link.mend();
    await expectBack();
  });

  test("every route answers 503 where it never answers, and serves again afterwards", async () => {
    link.silence();
    await expectUnavailable();
    await link.mend();
    await expectBack();
  });

  test("a database that ends its connections, as in a restart, is found again by itself", async () => {
    await execute(sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`);
    const replies = await callUntilServed();
    for (const reply of replies.slice(0, -1)) expectError(reply, "DatabaseUnavailableError", 503);
    await expectBack();
  });

  test("connections that are never answered again don't keep it away: new ones are made", async () => {
    await Promise.all(Array.from({ length: 30 }, () => app.call("GET", "/api/models")));
    link.silenceOld();
    await Promise.all(Array.from({ length: 10 }, () => app.call("GET", "/api/models")));
    const { status } = await app.call("GET", "/api/models");
    await link.mend();
    expect(status).toBe(200);
  });

  test("a database that gives up on a locked table, as hosted ones do, is unavailable", async () => {
    const name = sql.identifier(new URL(database.url).pathname.slice(1));
    await execute(sql`alter database ${name} set statement_timeout = '200ms'`);
    await link.mend();
    const locked = execute(sql`do $$ begin lock table models; perform pg_sleep(2); end $$`);
    const locks = sql`select from pg_locks where mode = 'AccessExclusiveLock' and granted`;
    await expect.poll(async () => (await execute(locks)).length).toBeGreaterThan(0);
    const reply = await app.call("GET", "/api/models");
    await locked;
    await execute(sql`alter database ${name} reset statement_timeout`);
    await link.mend();
    expectError(reply, "DatabaseUnavailableError", 503);
  });

  async function callUntilServed(): Promise<Reply[]> {
    const replies: Reply[] = [];
    while (replies.at(-1)?.status !== 200 && replies.length < 20) {
      replies.push(await app.call("GET", "/api/models"));
    }
    return replies;
  }
});

describe("a database of another version than the app", () => {
  test("serves where a newer migration has added columns under the running app", async () => {
    const changed = [sql`models`, sql`prompts`, sql`prompt_jobs`, sql`job_attempts`];
    // Warm, so that statements are prepared for the old columns.
    for (let n = 0; n < 3; n++)
      await Promise.all(CALLS.slice(3, 6).map(([m, p]) => app.call(m, p)));
    for (const table of changed) await execute(sql`alter table ${table} add column newer text`);
    for (let n = 0; n < 20; n++) {
      const reads = ["/api/models", "/api/models/1", "/api/prompts", "/api/prompts/untouched"];
      for (const path of [...reads, "/api/jobs/status", "/api/jobs/status/1"]) {
        expect(await app.call("GET", path)).toMatchObject({ status: 200 });
      }
    }
    for (const table of changed) await execute(sql`alter table ${table} drop column newer`);
  });

  test("is told as unavailable, with what to do, where a table or a column is missing", async () => {
    await execute(sql`alter table models rename column max_concurrency to later`);
    for (const path of ["/api/models", "/api/jobs/status"]) {
      const reply = await app.call("GET", path);
      expectError(reply, "DatabaseUnavailableError", 503);
      expect(reply.body.message).toContain("npm run db:migrate");
    }
    await execute(sql`alter table models rename column later to max_concurrency`);
  });

  test("is told as unavailable by every route where it was never migrated", async () => {
    await execute(sql`drop schema public cascade`);
    await execute(sql`create schema public`);
    for (const { reply } of await callAll()) {
      expectError(reply, "DatabaseUnavailableError", 503);
      expect(reply.body.message).toContain("npm run db:migrate");
    }
    expect(provider.requests).toEqual([]);
  });
});
