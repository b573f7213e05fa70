import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { execute } from "@/db/client";
import { OPERATOR_SECRET as SECRET, startApp, type TestApp } from "../app";
import { makeModel, makePrompt } from "../factories";
import { answerNaming } from "../named-answers";
import { ownDatabase } from "../own-database";
import { ATTACKS } from "./attacks";
import { jobIn } from "./job-rows";
import { callAs, makePerson, type Person, trySignIn } from "./people";
import { hushSweeps, QUIET, tomorrow } from "./refusals";

const QUESTION = "What is it that no stranger may read?";

const database = ownDatabase();
let app: TestApp;
let owner: Person;
let thief: Person;
let promptId: number;
let jobId: number;
let entityId: number;
let revokedKey: string;

beforeAll(async () => {
  await hushSweeps();
  app = await startApp(database.url, QUIET);
  [owner, thief] = [await makePerson(app), await makePerson(app)];
  const { id: modelId } = await makeModel({ provider: "openai" });
  const of = {
    ownerId: owner.id,
    question: QUESTION,
    slug: "unseen",
    frequency: "manual",
  } as const;
  promptId = (await makePrompt([modelId], of)).id;
  const job = { promptId, modelId, ownerId: owner.id, scheduledFor: tomorrow() };
  jobId = (await jobIn("queued", job)).id;
  entityId = (await answerNaming(promptId, [QUESTION])).entityIds[0] ?? 0;
  const made = await callAs(app, owner, "POST", "/api/api-keys", { name: "x", scopes: ["read"] });
  revokedKey = made.body.key;
  await callAs(app, owner, "DELETE", `/api/api-keys/${made.body.apiKey.id}`);
});
afterAll(() => app?.stop());

/** All that is stored but failed sign-ins and when a session was last used, as one short text. */
async function stored(): Promise<string> {
  const tables = [
    "prompts",
    "prompt_jobs",
    "prompt_models",
    "models",
    "users",
    "accounts",
    "sessions",
    "api_keys",
    "invitations",
    "pauses",
    "run_requests",
  ];
  const rows = tables.map((table) => `select '${table} ' || t as line from ${table} t`);
  const [row] = await execute<{ sum: string }>(
    sql.raw(
      `select md5(string_agg(line, E'\\n' order by line)) as sum from (${rows.join(" union all ")})`,
    ),
  );
  return row?.sum ?? "";
}

test.each(ATTACKS)("%s: no data, no row, no 500", async (_, attack) => {
  const before = await stored();
  const ids = { promptId, jobId, entityId };
  const { path, ...sent } = attack({ ...ids, url: app.url, owner, thief, revokedKey });
  const { status, text, headers } = await app.raw(path, sent);
  expect({ status, text }).toMatchObject({ status: expect.toSatisfy((n: number) => n < 500) });
  expect(text).not.toContain(QUESTION);
  for (const secret of [SECRET, owner.email, owner.id]) expect(text).not.toContain(secret);
  expect(headers.get("set-cookie") ?? "").not.toMatch(/session_token=[^;]/);
  expect(headers.get("location") ?? "/").not.toMatch(/^(https?:)?\/\//);
  expect(headers.get("access-control-allow-origin")).toBeNull();
  // An empty list is all that a call that is let in may see.
  if (status < 300) {
    const { success, jobs, entities } = JSON.parse(text);
    expect({ success, list: jobs ?? entities }).toEqual({ success: true, list: [] });
  }
  expect(await stored()).toBe(before);
});

test("there are more than sixty of them", () => {
  expect(ATTACKS.length).toBeGreaterThan(60);
});

test("a session that was planted before a sign-in isn't the one that it gives", async () => {
  const planted = "canvass.session_token=planted.signature";
  const reply = await trySignIn(
    app,
    { email: thief.email, password: "correct horse battery" },
    { cookie: planted },
  );
  expect(reply.headers.getSetCookie().join()).not.toContain("planted");
  const read = await app.raw(`/api/jobs/status/${jobId}`, { headers: { cookie: planted } });
  expect(read.status).toBe(401);
});
