import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { execute } from "@/db/client";
import { startApp, type TestApp } from "../app";
import { makeModel, makePrompt } from "../factories";
import { type FakeProvider, startFakeProvider } from "../fake-provider";
import { ownDatabase } from "../own-database";
import { hushSweeps, QUIET } from "./refusals";

const database = ownDatabase();
let provider: FakeProvider;
let app: TestApp;

beforeAll(async () => {
  await hushSweeps();
  provider = await startFakeProvider();
  app = await startApp(database.url, {
    ...QUIET,
    OPENAI_API_KEY: "sk-test",
    OPENAI_BASE_URL: provider.url,
  });
});
afterAll(async () => {
  await app?.stop();
  await provider?.close();
});

/** Waits until every job is final; the batch's own dispatch loop does the work. */
async function untilFinal(total: number) {
  for (const end = Date.now() + 60_000; Date.now() < end; ) {
    const { body } = await app.call("GET", "/api/jobs/status?limit=1");
    const { queued, processing } = body.summary;
    if (body.summary.total === total && queued + processing === 0) return body;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("the jobs did not finish");
}

// First, while no dispatch loop of a cron is alive that could come before the posts.
test("50 posts of one job at once call the model once and store one response", async () => {
  const model = await makeModel({ provider: "openai", name: "gpt-once" });
  const prompt = await makePrompt([model.id], { frequency: "manual" });
  const [job] = await execute<{ id: number }>(sql`
    insert into prompt_jobs (prompt_id, model_id, run_index, batch_key)
    values (${prompt.id}, ${model.id}, 0, 'by-hand') returning id`);
  const jobId = job?.id;

  const replies = await Promise.all(
    Array.from({ length: 50 }, () => app.call("POST", "/api/jobs/process", { jobId })),
  );

  const done = replies.filter(({ body }) => body.entityId !== undefined);
  expect(done).toHaveLength(1);
  expect(done[0]).toMatchObject({
    status: 200,
    body: { success: true, jobId, status: "succeeded" },
  });
  for (const { status, body } of replies) {
    expect(status).toBe(200);
    if (body.entityId === undefined)
      expect(body.message).toMatch(/^Job already (processing|succeeded)$/);
  }
  expect(provider.requests).toHaveLength(1);
  const rows = await execute(sql`select from responses where job_id = ${jobId}`);
  expect(rows).toHaveLength(1);
});

test("20 cron calls at once make 200 jobs, 200 model calls and 200 responses", async () => {
  provider.reset();
  await execute(sql`truncate prompts, prompt_models, prompt_jobs, job_attempts, responses cascade`);
  const models = await Promise.all(
    [1, 2, 3, 4].map((n) => makeModel({ provider: "openai", name: `gpt-${n}` })),
  );
  const modelIds = models.map((model) => model.id);
  for (let n = 0; n < 10; n++) await makePrompt(modelIds, { runs: 5 });

  const replies = await Promise.all(Array.from({ length: 20 }, () => app.call("GET", "/api/cron")));

  const today = new Date().toISOString().slice(0, 10);
  expect(replies.map((reply) => reply.status)).toEqual(Array(20).fill(200));
  expect(replies.reduce((sum, { body }) => sum + body.jobsCreated, 0)).toBe(200);
  const [maker] = replies.filter(({ body }) => body.jobsCreated > 0);
  expect(maker?.body).toEqual({
    success: true,
    message: "Enqueued 200 jobs for 10 prompts",
    promptCount: 10,
    jobsCreated: 200,
    batchKey: today,
    batchKeys: [today],
  });
  const { summary, jobs } = await untilFinal(200);
  expect(summary).toMatchObject({ total: 200, succeeded: 200 });
  expect(jobs).toHaveLength(1);
  expect(provider.requests).toHaveLength(200);
  const [stored] = await execute<{ responses: number; attempts: number }>(sql`
    select (select count(*) from responses) as responses, (select count(*) from job_attempts) as attempts`);
  expect(stored).toEqual({ responses: 200, attempts: 200 });
});
