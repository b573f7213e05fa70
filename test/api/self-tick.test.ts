import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { execute } from "@/db/client";
import { startApp, type TestApp } from "../app";
import { makeJob, makeModel, makePrompt, readJob } from "../factories";
import { ownDatabase } from "../own-database";

const database = ownDatabase();
let app: TestApp;

beforeAll(async () => {
  app = await startApp(database.url, { SELF_TICK_SECONDS: "1", RETRY_BASE_MS: "1" });
});
afterAll(() => app?.stop());

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 15_000; Date.now() < end; ) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(await condition()).toBe(true);
}

test("a server of one's own enqueues what is due and takes back what is lost, without being asked", async () => {
  const model = await makeModel();
  const manual = await makePrompt([model.id], { frequency: "manual" });
  const { id } = await makeJob({ promptId: manual.id, modelId: model.id });
  await execute(sql`update prompt_jobs set status = 'processing', claim_token = gen_random_uuid(),
    lease_expires_at = now() - interval '1 second', started_at = now() - interval '6 minutes',
    attempt_count = 1, claim_count = 1 where id = ${id}`);
  const daily = await makePrompt([model.id]);

  await until(async () => ["succeeded", "failed"].includes((await readJob(id)).status));
  await until(async () => {
    const done = await execute(sql`select from prompt_jobs
      where prompt_id = ${daily.id} and status in ('succeeded', 'failed')`);
    return done.length === 1;
  });
});

test("it goes on ticking after every connection to its database was cut", async () => {
  await execute(sql`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name = 'canvass' and pid <> pg_backend_pid()`);
  const model = await makeModel();
  const prompt = await makePrompt([model.id]);
  await until(async () => {
    const jobs = await execute(sql`select from prompt_jobs where prompt_id = ${prompt.id}`);
    return jobs.length === 1;
  });
});
