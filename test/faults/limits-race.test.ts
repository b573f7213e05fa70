import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { rescueLostJobs } from "@/lib/jobs/rescue";
import { makeJobs, makeModel, makePrompt } from "../factories";
import { type FakeProvider, startFakeProvider } from "../fake-provider";
import { ownDatabase } from "../own-database";
import { PROVIDER_KEY, untilFinal } from "./app-under-fault";

const PROCESSES = 8;
/** Each process tries for this many jobs at a time: 8 × 4 are more than any limit here. */
const WORKERS = 4;
const NO_LIMIT = "1000";

const database = ownDatabase();
let provider: FakeProvider;
let racers: Racer[] = [];

type Racer = { child: ChildProcess; lines: AsyncIterator<string> };
type Race = { jobIds: number[]; env?: Record<string, string>; seconds?: number };

function startRacer(): Racer {
  const script = fileURLToPath(new URL("racer.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", script], {
    stdio: ["pipe", "pipe", "inherit"],
    env: {
      ...process.env,
      DATABASE_URL: database.url,
      CRON_SECRET: "only-to-be-a-valid-environment",
      OPENAI_API_KEY: PROVIDER_KEY,
      OPENAI_BASE_URL: provider.url,
      MODEL_TIMEOUT_SECONDS: "2",
      JOB_LEASE_SECONDS: "10",
    },
  });
  return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
}

beforeAll(async () => {
  provider = await startFakeProvider();
  racers = Array.from({ length: PROCESSES }, startRacer);
  await Promise.all(racers.map((racer) => racer.lines.next()));
});
afterAll(async () => {
  for (const { child } of racers) child.kill("SIGKILL");
  await provider?.close();
});
beforeEach(async () => {
  await execute(
    sql`truncate prompt_jobs, job_attempts, responses, response_entities, model_claims,
      call_costs, daily_costs`,
  );
  provider.reset();
  provider.reply(() => ({ kind: "answer", delayMs: 15 }));
});

async function race({ jobIds, env, seconds = 20 }: Race): Promise<void> {
  const order = {
    jobIds,
    workers: WORKERS,
    seconds,
    env: { MAX_CONCURRENT_JOBS: NO_LIMIT, MAX_CONCURRENT_JOBS_PER_USER: NO_LIMIT, ...env },
  };
  await Promise.all(
    racers.map(async ({ child, lines }) => {
      child.stdin?.write(`${JSON.stringify(order)}\n`);
      await lines.next();
    }),
  );
}

async function jobsOf(
  count: number,
  limits: { maxConcurrency?: number; requestsPerMinute?: number } = {},
  ownerId?: string,
) {
  const model = await makeModel({ provider: "openai", ...limits });
  const prompt = await makePrompt([model.id], { frequency: "manual" });
  const place = { promptId: prompt.id, modelId: model.id };
  return { model, jobIds: await makeJobs(count, ownerId ? { ...place, ownerId } : place) };
}

async function expectAllOnce(jobIds: number[]): Promise<void> {
  await untilFinal(jobIds.length, 20);
  expect(provider.requests).toHaveLength(jobIds.length);
  const [row] = await execute(sql`
    select count(*) as responses, count(distinct job_id) as jobs,
      (select max(attempt_count) from prompt_jobs) as attempts from responses`);
  expect(row).toEqual({ responses: jobIds.length, jobs: jobIds.length, attempts: 1 });
}

describe(`${PROCESSES} processes that race for places`, () => {
  for (const limit of [1, 5, 12]) {
    const count = 10 + limit * 4;
    // Long enough for all of the limit's calls to begin before the first one ends.
    const answers = () => ({ kind: "answer", delayMs: 150 + limit * 25 }) as const;

    test(`never pass a global limit of ${limit}, and use it (guard: the lock in claim_job)`, async () => {
      provider.reply(answers);
      const many = await Promise.all([jobsOf(count / 2), jobsOf(count / 2, {}, "alice")]);
      const jobIds = many.flatMap((some) => some.jobIds);
      await race({ jobIds, env: { MAX_CONCURRENT_JOBS: String(limit) } });
      await expectAllOnce(jobIds);
      expect(provider.maxInFlight).toBe(limit);
    });

    test(`never pass an owner's limit nor a model's of ${limit}, and use both (guard: the lock in claim_job)`, async () => {
      provider.reply(answers);
      const owned = await jobsOf(count, {}, "alice");
      const slow = await jobsOf(count, { maxConcurrency: limit });
      const free = await jobsOf(20);
      const jobIds = [owned, slow, free].flatMap((some) => some.jobIds);
      await race({ jobIds, env: { MAX_CONCURRENT_JOBS_PER_USER: String(limit) } });
      await expectAllOnce(jobIds);
      // All of that owner's jobs, and no others, are that model's.
      expect(provider.maxInFlightByModel.get(owned.model.name)).toBe(limit);
      expect(provider.maxInFlightByModel.get(slow.model.name)).toBe(limit);
    });
  }

  test("run 40 of 100 jobs on a budget for 40, and skip the rest (guard: the sum under the lock)", async () => {
    // 40 tokens at $25 a million: each call costs 0.001, and is expected to.
    const model = await makeModel({
      provider: "openai",
      inputUsdPerMillion: 0,
      outputUsdPerMillion: 25,
      maxOutputTokens: 40,
    });
    const prompt = await makePrompt([model.id], { frequency: "manual" });
    const jobIds = await makeJobs(100, { promptId: prompt.id, modelId: model.id });
    // What other prompts spent today takes long to add up: the longer the look, the sooner two look at once.
    await execute(sql`insert into daily_costs (day, prompt_id, model_id, usd, unpriced_calls)
      select (now() at time zone 'utc')::date, n, 0, 0, 0 from generate_series(1000001, 1030000) n`);
    await race({ jobIds, env: { DAILY_BUDGET_USD: "0.04" } });
    await untilFinal(jobIds.length, 20);
    expect(provider.requests).toHaveLength(40);
    expect(
      await execute(sql`select status, error_code, count(*) as jobs, sum(cost_usd)::float8 as usd
        from prompt_jobs group by 1, 2 order by 1`),
    ).toEqual([
      { status: "skipped", error_code: "budget_exceeded", jobs: 60, usd: null },
      { status: "succeeded", error_code: null, jobs: 40, usd: 0.04 },
    ]);
  });

  test("claim a model no more often than requestsPerMinute in any 60 s (guard: model_claims under the lock)", async () => {
    const { jobIds } = await jobsOf(12, { requestsPerMinute: 5 });
    await race({ jobIds, seconds: 0.5 });
    expect(provider.requests).toHaveLength(5);
    await execute(sql`update model_claims set claimed_at = claimed_at - interval '55 seconds'`);
    await race({ jobIds, seconds: 0.3 });
    expect(provider.requests).toHaveLength(5);
    await execute(sql`update model_claims set claimed_at = claimed_at - interval '5 seconds'`);
    await race({ jobIds, seconds: 0.5 });
    expect(provider.requests).toHaveLength(10);
  });

  test("leak no place when one of them is killed: its jobs come back when their lease ends (guard: the lease and the rescue)", async () => {
    const { model, jobIds } = await jobsOf(16, { maxConcurrency: 5 });
    let hanging = 0;
    provider.reply(() => (++hanging <= 5 ? { kind: "hang" } : { kind: "answer", delayMs: 15 }));
    const [victim, ...others] = racers;
    if (!victim) throw new Error("no racer");
    const env = { MAX_CONCURRENT_JOBS: "5", JOB_LEASE_SECONDS: "3", MODEL_TIMEOUT_SECONDS: "2" };
    racers = [victim];
    void race({ jobIds, env, seconds: 1 });
    await untilHanging(WORKERS);
    victim.child.kill("SIGKILL");
    await once(victim.child, "exit");
    racers = others;

    // Its four places stay taken while their leases run: one is left for the others.
    provider.reply(() => ({ kind: "answer", delayMs: 15 }));
    await race({ jobIds, env, seconds: 0.5 });
    expect(await inProcessing()).toBe(WORKERS);
    expect(provider.maxInFlightByModel.get(model.name)).toBeLessThanOrEqual(5);

    await execute(sql`update prompt_jobs set lease_expires_at = now() - interval '1 second'
      where status = 'processing'`);
    expect(await rescueLostJobs()).toBe(WORKERS);
    await race({ jobIds, env });
    await untilFinal(jobIds.length, 10);
    expect(await inProcessing()).toBe(0);
    const [lost] = await execute<{ lost: number }>(
      sql`select count(*) as lost from job_attempts where outcome = 'lost' and may_have_been_paid`,
    );
    expect(lost?.lost).toBe(WORKERS);
    expect(provider.maxInFlight).toBeLessThanOrEqual(5);
  });
});

async function inProcessing(): Promise<number> {
  const [row] = await execute<{ jobs: number }>(
    sql`select count(*) as jobs from prompt_jobs where status = 'processing'`,
  );
  return row?.jobs ?? -1;
}

async function untilHanging(count: number): Promise<void> {
  for (let tries = 0; provider.inFlight < count && tries < 500; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(provider.inFlight).toBe(count);
}
