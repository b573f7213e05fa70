import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { execute } from "@/db/client";
import type { TestApp } from "../app";
import { makeModel, makePrompt } from "../factories";
import { type FakeProvider, startFakeProvider } from "../fake-provider";
import { ownDatabase } from "../own-database";
import { keepTrafficFromSweeping, startAppUnderFault, untilFinal } from "./app-under-fault";

const PROCESSES = 4;

const database = ownDatabase();
let provider: FakeProvider;
let apps: TestApp[] = [];

beforeAll(async () => {
  provider = await startFakeProvider();
  await keepTrafficFromSweeping();
  apps = await Promise.all(
    Array.from({ length: PROCESSES }, () =>
      startAppUnderFault(database.url, provider, {
        MODEL_TIMEOUT_SECONDS: "20",
        JOB_LEASE_SECONDS: "60",
      }),
    ),
  );
});
afterAll(async () => {
  await Promise.all(apps.map((app) => app.stop()));
  await provider?.close();
});

/** `count` calls at once, shared among the processes. */
const atOnce = (count: number, method: string, path: string) =>
  Promise.all(
    Array.from({ length: count }, (_, n) => {
      const app = apps[n % PROCESSES];
      if (!app) throw new Error("no app");
      return app.call(method, path);
    }),
  );

async function promptOf(slug: string) {
  const models = await Promise.all([1, 2].map(() => makeModel({ provider: "openai" })));
  const modelIds = models.map((model) => model.id);
  return makePrompt(modelIds, { slug, runs: 5, frequency: "manual" });
}

test(`100 runs at once from ${PROCESSES} processes make one set: 100 equal lists, one that made it (guard: the prompt's row in run_prompt)`, async () => {
  const { slug } = await promptOf("asked-by-many");
  const [first] = apps;
  // So that the set is in flight however long the calls take.
  await first?.call("POST", "/api/jobs/queue/pause");
  const replies = await atOnce(100, "POST", `/api/prompts/${slug}/runs`);
  expect(new Set(replies.map((reply) => reply.status))).toEqual(new Set([202]));
  const lists = replies.map(({ body }) => body.jobs.map((job: { jobId: number }) => job.jobId));
  expect(lists[0]).toHaveLength(10);
  expect(new Set(lists.map((list) => list.join())).size).toBe(1);
  expect(replies.filter(({ body }) => body.created > 0)).toHaveLength(1);
  expect(replies.filter(({ body }) => body.joined === 10)).toHaveLength(99);
  expect(await execute(sql`select from prompt_jobs`)).toHaveLength(10);
  await first?.call("POST", "/api/jobs/queue/resume");
  await untilFinal(10, 20);
  expect(provider.requests).toHaveLength(10);
});

test(`200 answers asked for at once from ${PROCESSES} processes run the prompt once (guard: asked_sets under the prompt's row)`, async () => {
  const { slug, id } = await promptOf("polled-by-many");
  provider.reset();
  provider.reply(() => ({ kind: "answer", delayMs: 100 }));
  const replies = await atOnce(200, "GET", `/api/prompts/${slug}/answer`);
  expect(replies.every(({ status }) => status === 202 || status === 200)).toBe(true);
  await untilFinal(20, 20);
  await atOnce(40, "GET", `/api/prompts/${slug}/answer`);
  expect(await execute(sql`select from prompt_jobs where prompt_id = ${id}`)).toHaveLength(10);
  expect(provider.requests).toHaveLength(10);
});
