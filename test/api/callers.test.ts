import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { OPERATOR_SECRET, type Reply, startApp, type TestApp } from "../app";
import { makeModel, makePrompt } from "../factories";
import { answerNaming } from "../named-answers";
import { ownDatabase } from "../own-database";
import { forgetWebhooks, makeDelivery } from "../webhooks";
import { jobIn } from "./job-rows";
import { callAs, makePerson, type Person } from "./people";
import { hushSweeps, QUIET, tomorrow } from "./refusals";
import { missing, OTHERS, type Owned, ROWS, type Row, unique } from "./route-table";

const CALLERS = ["none", "wrong", "stranger", "readKey", "runKey", "member", "admin", "operator"];
type CallerName = (typeof CALLERS)[number];

const database = ownDatabase();
let app: TestApp;
let member: Person;
let stranger: Person;
let admin: Person;
let readKey: string;
let runKey: string;
let modelId: number;

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
  await forgetWebhooks();
  const delivery = await makeDelivery();
  const { entityIds } = await answerNaming(made.id, [`Named in ${question}`, unique()]);
  const [entityId = 0, otherEntityId = 0] = entityIds;
  await execute(sql`delete from api_keys where user_id = ${member.id} and id < ${keyId}
    and name like 'made-%' and prefix not in (${readKey.slice(4, 12)}, ${runKey.slice(4, 12)})`);
  const names = { entityId, otherEntityId, question };
  return { promptId: made.id, jobId: id, batchKey, keyId, modelId, ...names, ...delivery };
}

function addressOf({ path, of }: Row, owned: Owned): string {
  const names = of?.(owned).split("/") ?? [];
  return path.replace(/\[\w+\]/g, () => encodeURIComponent(names.shift() ?? ""));
}

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
