import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { cancelJob } from "@/db/job-transitions/cancel";
import { restartJob } from "@/db/job-transitions/restart";
import { environment } from "@/lib/env";
import { processJob } from "@/lib/jobs/process";
import { whileHeld } from "@/lib/jobs/running-calls";
import { makeJob, makeModel, makePrompt, readJob } from "../factories";
import { type FakeProvider, startFakeProvider } from "../fake-provider";
import { ownDatabase } from "../own-database";

const database = ownDatabase();
let provider: FakeProvider;

beforeAll(async () => {
  provider = await startFakeProvider();
});
afterAll(() => provider.close());

const env = () =>
  environment({
    DATABASE_URL: database.url,
    CRON_SECRET: "0123456789abcdef",
    OPENAI_API_KEY: "sk-test",
    OPENAI_BASE_URL: provider.url,
  });

async function jobForOpenAi() {
  const model = await makeModel({ provider: "openai" });
  const prompt = await makePrompt([model.id]);
  return makeJob({ promptId: prompt.id, modelId: model.id });
}

async function untilAsked(count: number): Promise<void> {
  while (provider.requests.length < count) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe("a running call", () => {
  test("of a job cancelled elsewhere is closed within two seconds, and nothing of it is stored", async () => {
    provider.reset();
    provider.reply({ kind: "hang" });
    const job = await jobForOpenAi();
    const processed = processJob(job.id, env());
    await untilAsked(1);
    const cancelledMs = performance.now();
    expect(await cancelJob(job.id)).toBe(true);
    expect(await processed).toEqual({ outcome: "taken_over", jobId: job.id, status: "cancelled" });
    expect(performance.now() - cancelledMs).toBeLessThan(2_500);
    await expect.poll(() => provider.requests[0]?.closedEarly).toBe(true);

    provider.reset();
    expect(await restartJob(job.id, 3)).toEqual({ outcome: "restarted" });
    expect(await processJob(job.id, env())).toMatchObject({ outcome: "succeeded" });
    expect(await execute(sql`select from responses where job_id = ${job.id}`)).toHaveLength(1);
    const attempts = await execute(sql`
      select attempt, outcome from job_attempts where job_id = ${job.id} order by attempt`);
    expect(attempts).toEqual([
      { attempt: 1, outcome: "cancelled" },
      { attempt: 2, outcome: "succeeded" },
    ]);
  });

  test("of a job that another worker has taken over is closed too", async () => {
    provider.reset();
    provider.reply({ kind: "hang" });
    const job = await jobForOpenAi();
    const processed = processJob(job.id, env());
    await untilAsked(1);
    await execute(sql`update prompt_jobs set claim_token = gen_random_uuid() where id = ${job.id}`);
    expect(await processed).toMatchObject({ outcome: "taken_over", status: "processing" });
    expect((await readJob(job.id)).status).toBe("processing");
  });

  test("that is still held is left alone", async () => {
    const job = await jobForOpenAi();
    const claimToken = randomUUID();
    await execute(sql`update prompt_jobs set status = 'processing', claim_token = ${claimToken}::uuid,
      lease_expires_at = now() + interval '1 minute', started_at = now() where id = ${job.id}`);
    const aborted = await whileHeld({ jobId: job.id, claimToken }, async (signal) => {
      await new Promise((resolve) => setTimeout(resolve, 2_300));
      return signal.aborted;
    });
    expect(aborted).toBe(false);
  });
});
