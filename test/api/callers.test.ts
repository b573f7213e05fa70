import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { OPERATOR_SECRET, type Reply, startApp, type TestApp } from "../app";
import { makeModel, makePrompt } from "../factories";
import { ownDatabase } from "../own-database";
import { jobIn } from "./job-rows";
import { callAs, makePerson, type Person } from "./people";
import { hushSweeps, QUIET, tomorrow } from "./refusals";

const CALLERS = ["none", "wrong", "stranger", "readKey", "runKey", "member", "admin", "operator"];
type CallerName = (typeof CALLERS)[number];

/** What a member owns: a call is about one of these. */
type Owned = {
  promptId: number;
  jobId: number;
  batchKey: string;
  keyId: number;
  question: string;
};

type Row = {
  /** As the folders under app/ name it. */
  path: string;
  method: string;
  access:
    | "operator"
    | "admin"
    | "admin-session"
    | "session"
    | "own-session"
    | "read"
    | "run"
    | "public";
  /** The address of the member's object; without: it is about no one object. */
  of?: (owned: Owned) => string;
  body?: (owned: Owned) => unknown;
  /** A job in this state; queued unless told otherwise. */
  job?: "queued" | "cancelled";
  /** What answers whom it lets in. */
  ok?: number;
};

const job = ({ jobId }: Owned) => `${jobId}`;
const prompt = ({ promptId }: Owned) => `${promptId}`;
const batch = ({ batchKey }: Owned) => batchKey;
const NO_ID = 999_999_999;
const missing = { promptId: NO_ID, jobId: NO_ID, keyId: NO_ID, batchKey: "nil", question: "" };

const ROWS: Row[] = [
  { path: "/api/cron", method: "GET", access: "operator" },
  { path: "/api/cron/sweep", method: "GET", access: "admin" },
  {
    path: "/api/jobs/process",
    method: "POST",
    access: "operator",
    job: "cancelled",
    body: ({ jobId }) => ({ jobId }),
  },
  { path: "/api/jobs/status", method: "GET", access: "read" },
  { path: "/api/jobs/status/[jobId]", method: "GET", access: "read", of: job },
  { path: "/api/jobs/status/[jobId]/poll?timeout=1", method: "GET", access: "read", of: job },
  {
    path: "/api/jobs/status/[jobId]/stream",
    method: "GET",
    access: "read",
    of: job,
    job: "cancelled",
  },
  { path: "/api/jobs/cancel/[jobId]", method: "POST", access: "run", of: job },
  {
    path: "/api/jobs/restart/[jobId]",
    method: "POST",
    access: "run",
    of: job,
    job: "cancelled",
  },
  {
    path: "/api/jobs/cancel",
    method: "POST",
    access: "run",
    body: ({ promptId }) => ({ promptId }),
  },
  {
    path: "/api/jobs/restart",
    method: "POST",
    access: "run",
    body: ({ promptId }) => ({ promptId }),
  },
  { path: "/api/jobs/queue/stats", method: "GET", access: "read" },
  {
    path: "/api/jobs/queue/pause",
    method: "POST",
    access: "admin",
    body: () => ({ provider: "openrouter" }),
  },
  {
    path: "/api/jobs/queue/resume",
    method: "POST",
    access: "admin",
    body: () => ({ provider: "openrouter" }),
  },
  { path: "/api/jobs/batches", method: "GET", access: "read" },
  { path: "/api/jobs/batches/[batchKey]", method: "GET", access: "read", of: batch },
  {
    path: "/api/jobs/batches/[batchKey]/stream",
    method: "GET",
    access: "read",
    of: batch,
    job: "cancelled",
  },
  { path: "/api/prompts", method: "GET", access: "read" },
  { path: "/api/prompts", method: "POST", access: "run", body: () => newPrompt(), ok: 201 },
  { path: "/api/prompts/[ref]", method: "GET", access: "read", of: prompt },
  {
    path: "/api/prompts/[ref]",
    method: "PATCH",
    access: "run",
    of: prompt,
    body: () => ({ category: "changed" }),
  },
  { path: "/api/prompts/[ref]", method: "DELETE", access: "run", of: prompt },
  { path: "/api/prompts/[ref]/runs", method: "POST", access: "run", of: prompt, ok: 202 },
  { path: "/api/prompts/[ref]/answer", method: "GET", access: "read", of: prompt, ok: 202 },
  { path: "/api/prompts/export", method: "GET", access: "read" },
  { path: "/api/prompts/import", method: "POST", access: "run", body: () => importedCsv() },
  { path: "/api/models", method: "GET", access: "read" },
  { path: "/api/models", method: "POST", access: "admin", body: () => newModel(), ok: 201 },
  { path: `/api/models/[modelId]`, method: "GET", access: "read", of: () => "1" },
  {
    path: `/api/models/[modelId]`,
    method: "PATCH",
    access: "admin",
    of: () => "1",
    body: () => ({}),
  },
  { path: "/api/setup", method: "POST", access: "operator", body: () => newAccount(), ok: 409 },
  {
    path: "/api/invitations",
    method: "POST",
    access: "admin-session",
    body: () => ({ email: `${unique()}@example.com`, role: "member" }),
    ok: 201,
  },
  { path: "/api/invitations/accept", method: "POST", access: "public", body: () => ({}), ok: 400 },
  { path: "/api/api-keys", method: "GET", access: "session" },
  {
    path: "/api/api-keys",
    method: "POST",
    access: "own-session",
    body: () => ({ name: unique(), scopes: ["read"] }),
    ok: 201,
  },
  {
    path: "/api/api-keys/[keyId]",
    method: "DELETE",
    access: "session",
    of: ({ keyId }) => `${keyId}`,
  },
  { path: "/api/health", method: "GET", access: "public" },
];

/** Not in the table: an address that is none, and better-auth's, which test/api/accounts.test.ts walks. */
const OTHERS = ["/api/[[...path]]", "/api/auth/[...all]"];

const database = ownDatabase();
let app: TestApp;
let member: Person;
let stranger: Person;
let admin: Person;
let readKey: string;
let runKey: string;
let modelId: number;

let counter = 0;
const unique = () => `made-${++counter}`;
const newPrompt = () => ({
  slug: unique(),
  question: "Which?",
  frequency: "manual",
  modelIds: [modelId],
});
const newModel = () => ({ provider: "simulated", name: unique() });
const newAccount = () => ({
  email: `${unique()}@example.com`,
  password: "long enough",
  name: "Pat",
});
const importedCsv = () => `slug,question,frequency,models\n${unique()},Which?,manual,${modelId}\n`;

beforeAll(async () => {
  await hushSweeps();
  app = await startApp(database.url, QUIET);
  [member, stranger, admin] = [
    await makePerson(app),
    await makePerson(app),
    await makePerson(app, "admin"),
  ];
  modelId = (await makeModel({ provider: "openai" })).id;
  readKey = await makeKey(["read"]);
  runKey = await makeKey(["run"]);
  // What is asked waits: nothing is sent out while the test looks.
  await execute(sql`insert into pauses (manual, reason) values (true, 'manual')`);
});
afterAll(() => app?.stop());

async function makeKey(scopes: string[]): Promise<string> {
  const { body } = await callAs(app, member, "POST", "/api/api-keys", { name: unique(), scopes });
  return body.key;
}

/** A prompt of the member's with a job, anew for each call: the one before may have deleted it. */
async function makeOwned(status: Row["job"] = "queued"): Promise<Owned> {
  const question = `What does nobody else see, ${unique()}?`;
  const made = await makePrompt([modelId], { ownerId: member.id, question, frequency: "manual" });
  const of = { promptId: made.id, modelId, ownerId: member.id, scheduledFor: tomorrow() };
  const { id, batchKey } = await jobIn(status, of);
  const { body } = await callAs(app, member, "POST", "/api/api-keys", {
    name: unique(),
    scopes: ["read"],
  });
  const keyId = body.apiKey.id;
  await execute(sql`delete from api_keys where user_id = ${member.id} and id < ${keyId}
    and name like 'made-%' and prefix not in (${readKey.slice(4, 12)}, ${runKey.slice(4, 12)})`);
  return { promptId: made.id, jobId: id, batchKey, keyId, question };
}

const addressOf = ({ path, of }: Row, owned: Owned) =>
  path.replace(/\[\w+\]/, () => encodeURIComponent(of?.(owned) ?? ""));

function call(caller: CallerName, row: Row, owned: Owned): Promise<Reply> {
  const path = addressOf(row, owned);
  const person = { stranger, member, admin }[caller];
  const body = row.body?.(owned);
  const isCsv = typeof body === "string";
  const headers: Record<string, string> =
    body === undefined ? {} : { "content-type": isCsv ? "text/csv" : "application/json" };
  const bearer = { wrong: "no-such-secret-at-all", readKey, runKey, operator: OPERATOR_SECRET }[
    caller
  ];
  if (bearer) headers.authorization = `Bearer ${bearer}`;
  if (person) {
    Object.assign(headers, {
      cookie: person.cookie,
      origin: app.url,
      "sec-fetch-site": "same-origin",
    });
  }
  const sent = body === undefined ? {} : { body: isCsv ? body : JSON.stringify(body) };
  return app.raw(path, { method: row.method, headers, ...sent });
}

/** What the contract lets each caller read. */
function expectedStatus(caller: CallerName, { access, of, ok = 200, path }: Row): number {
  if (access === "public") return ok;
  if (caller === "none" || caller === "wrong") return 401;
  const isAdmins = access === "admin" || access === "admin-session";
  const isKey = caller === "readKey" || caller === "runKey";
  if (caller === "operator") return access === "own-session" ? 403 : ok;
  if (access === "operator") return 403;
  if (isAdmins) return caller === "admin" ? ok : 403;
  if (access.endsWith("session") && isKey) return 403;
  if (caller === "readKey" && access === "run") return 403;
  if (caller === "runKey" && access === "read") return 403;
  const isOwned = of !== undefined && !path.includes("[modelId]");
  return caller === "stranger" && isOwned ? 404 : ok;
}

describe.each(ROWS.map((row) => [row.method, row.path, row] as const))("%s %s", (_, path, row) => {
  test.each(CALLERS)("answers a caller of the kind %s as the contract says", async (caller) => {
    const owned = await makeOwned(row.job);
    const reply = await call(caller, row, owned);
    expect({ caller, path, status: reply.status, text: reply.text }).toMatchObject({
      status: expectedStatus(caller, row),
    });
    if (["member", "admin", "operator"].includes(caller)) return;
    if (!caller.endsWith("Key")) expect(reply.text).not.toContain(owned.question);
    if (caller !== "stranger" || reply.status !== 404) return;
    // As if there were none: but for the name that was asked for.
    const none = await call(caller, row, missing);
    const name = row.of?.(owned) ?? "";
    const noName = row.of?.(missing) ?? "";
    expect(none.status).toBe(404);
    expect(reply.text.replaceAll(name, noName)).toBe(none.text);
  });
});

test.each([
  ["a key that may only look", () => ({ authorization: `Bearer ${readKey}` }), 403],
  ["a cookie led here by another page", () => ({ cookie: member.cookie }), 403],
  [
    "a cookie from our own page",
    () => ({ cookie: member.cookie, "sec-fetch-site": "same-origin" }),
    202,
  ],
] as const)(
  "an answer that isn't there yet is asked for by %s, or not",
  async (_, headers, status) => {
    const of = { ownerId: member.id, frequency: "manual" } as const;
    const { id } = await makePrompt([modelId], of);
    const reply = await app.raw(`/api/prompts/${id}/answer`, { headers: headers() });
    expect(reply.status).toBe(status);
    const made = await execute(sql`select from prompt_jobs where prompt_id = ${id}`);
    expect(made).toHaveLength(status === 202 ? 1 : 0);
  },
);

test("the table has every route there is, with each of its methods", () => {
  const root = join(import.meta.dirname, "../../app");
  const routes = readdirSync(join(root, "api"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith("route.ts"))
    .map((name) => ({
      path: join("/api", name.replace(/\/?route\.ts$/, "")),
      text: readFileSync(join(root, "api", name), "utf8"),
    }))
    .filter(({ path }) => !OTHERS.includes(path));
  const found = routes.flatMap(({ path, text }) =>
    [...text.matchAll(/export const (GET|POST|PUT|PATCH|DELETE) = (\w+)\((?:\s*"([\w-]+)")?/g)].map(
      ([, method, wrapper, access]) =>
        `${method} ${path} ${wrapper === "apiRoute" ? access : "public"}`,
    ),
  );
  expect(found.length).toBeGreaterThan(30);
  const table = ROWS.map(({ method, path, access }) => `${method} ${path.split("?")[0]} ${access}`);
  expect(table.toSorted()).toEqual(found.toSorted());
});
