import { sql } from "drizzle-orm";
import { beforeEach, describe, expect, test } from "vitest";
import { foldCallCosts } from "@/db/call-costs";
import { execute } from "@/db/client";
import { cancelJob } from "@/db/job-transitions/cancel";
import { claimJob } from "@/db/job-transitions/claim";
import { failJob } from "@/db/job-transitions/fail";
import { rescueJobs } from "@/db/job-transitions/rescue";
import { retryJob, waitForRateLimit } from "@/db/job-transitions/retry";
import { succeedJob } from "@/db/job-transitions/succeed";
import { ANSWER, ERROR, FACTS, lane, loseLease, newClaim, OPEN, tryClaim } from "../claims";
import { type makeModel, readJob } from "../factories";
import { ownDatabase } from "../own-database";

ownDatabase();
beforeEach(async () => {
  await execute(
    sql`truncate prompt_jobs, job_attempts, responses, call_costs, daily_costs cascade`,
  );
});

/** A call of it is expected to cost 0.001: its question has no price, and 40 tokens cost $25 a million. */
const PRICED = {
  provider: "openai",
  inputUsdPerMillion: 0,
  outputUsdPerMillion: 25,
  maxOutputTokens: 40,
} as const;

const within = (dailyBudgetUsd: string) => ({ ...OPEN, dailyBudgetUsd });

/** The day's spending as the claim adds it up, and as it stands in each table. */
async function spent() {
  const [row] = await execute<{ total: number; reserved: number; folded: number }>(sql`
    select (coalesce((select sum(usd) from call_costs), 0)
        + coalesce((select sum(usd) from daily_costs), 0))::float8 as total,
      coalesce((select sum(usd) from call_costs where not settled), 0)::float8 as reserved,
      coalesce((select sum(usd) from daily_costs), 0)::float8 as folded`);
  return row;
}

async function claimedWithin(budget: string, model: Parameters<typeof makeModel>[0] = PRICED) {
  const { first } = await lane(1, model);
  const claim = newClaim(first);
  expect(await claimJob(claim, within(budget))).toMatchObject({ outcome: "claimed" });
  return claim;
}

describe("a claim within the day's budget", () => {
  test("reserves what the call is expected to cost, once, also where its reply was lost", async () => {
    const claim = await claimedWithin("1");
    await claimJob(claim, within("1"));
    expect(await spent()).toEqual({ total: 0.001, reserved: 0.001, folded: 0 });
  });

  test("skips the job that would pass it, and says so", async () => {
    const { ids } = await lane(3, PRICED);
    for (const jobId of ids) await tryClaim(jobId, { dailyBudgetUsd: "0.0025" });
    const jobs = await Promise.all(ids.map(readJob));
    expect(jobs.map((job) => job.status)).toEqual(["processing", "processing", "skipped"]);
    expect(jobs[2]).toMatchObject({
      errorCode: "budget_exceeded",
      errorMessage: "It would pass today's budget of $0.0025 (DAILY_BUDGET_USD)",
      attemptCount: 0,
      version: 2,
    });
  });

  test("goes to the last cent, and a budget of 0 lets nothing through that costs anything", async () => {
    const { ids } = await lane(2, PRICED);
    expect(await tryClaim(ids[0] ?? 0, { dailyBudgetUsd: "0.001" })).toMatchObject({
      outcome: "claimed",
    });
    expect(await tryClaim(ids[1] ?? 0, { dailyBudgetUsd: "0.001" })).toMatchObject({
      outcome: "skipped",
    });
    const free = await lane(1, { ...PRICED, outputUsdPerMillion: 0 });
    expect(await tryClaim(free.first, { dailyBudgetUsd: "0" })).toMatchObject({
      outcome: "claimed",
    });
  });

  test("skips a model without a price, asks a simulated one, and asks both where there is no budget", async () => {
    const unpriced = { provider: "openai", inputUsdPerMillion: 1 } as const;
    const { ids } = await lane(2, unpriced);
    expect(await tryClaim(ids[0] ?? 0, { dailyBudgetUsd: "5" })).toMatchObject({
      outcome: "skipped",
      job: { status: "skipped", errorCode: "unpriced" },
    });
    expect(await tryClaim(ids[1] ?? 0)).toMatchObject({ outcome: "claimed" });
    await claimedWithin("0", { provider: "simulated" });
    expect(await spent()).toMatchObject({ total: 0 });
  });

  test("takes what must wait for waiting, not for too dear", async () => {
    const { ids } = await lane(2, { ...PRICED, maxConcurrency: 1 });
    await tryClaim(ids[0] ?? 0, { dailyBudgetUsd: "0.001" });
    expect(await tryClaim(ids[1] ?? 0, { dailyBudgetUsd: "0.001" })).toMatchObject({
      outcome: "waiting",
      waitingFor: "model_limit",
    });
  });

  test("counts the day of the claim by UTC: what yesterday cost is over", async () => {
    await claimedWithin("0.001");
    await execute(sql`update call_costs set day = day - 1`);
    await claimedWithin("0.001");
    expect(
      await tryClaim((await lane(1, PRICED)).first, { dailyBudgetUsd: "0.001" }),
    ).toMatchObject({ outcome: "skipped" });
  });
});

describe("a reservation is settled with the outcome", () => {
  const nothing = { ...FACTS, costUsd: null };
  const unpaid = { ...ERROR, mayHaveBeenPaid: false };
  const outcomes: [string, (claim: ReturnType<typeof newClaim>) => Promise<unknown>, number][] = [
    ["an answer: what it cost", (c) => succeedJob(c, ANSWER, FACTS), 0.0004],
    ["an answer over the estimate", (c) => succeedJob(c, ANSWER, { ...FACTS, costUsd: 0.5 }), 0.5],
    ["an answer without a cost: the estimate", (c) => succeedJob(c, ANSWER, nothing), 0.001],
    ["a refusal: what it cost", (c) => failJob(c, unpaid, FACTS), 0.0004],
    ["a lost connection: the estimate", (c) => retryJob(c, ERROR, nothing, 0), 0.001],
    ["a connection that never was: nothing", (c) => retryJob(c, unpaid, nothing, 0), 0],
    ["a rate limit: nothing", (c) => waitForRateLimit(c, unpaid, nothing, 1_000), 0],
    ["cancelled: the estimate", (c) => cancelJob(c.jobId), 0.001],
    [
      "lost: the estimate",
      async (c) => {
        await loseLease([c.jobId]);
        await rescueJobs([c.jobId]);
      },
      0.001,
    ],
  ];
  test.each(outcomes)("%s", async (_, end, usd) => {
    const claim = await claimedWithin("1");
    await end(claim);
    await end(claim);
    expect(await spent()).toEqual({ total: usd, reserved: 0, folded: 0 });
    await foldCallCosts();
    expect(await spent()).toEqual({ total: usd, reserved: 0, folded: usd });
    expect(await execute(sql`select from call_costs`)).toHaveLength(0);
  });

  test("calls made without a budget are counted all the same, and those of unknown cost apart", async () => {
    const { ids } = await lane(3, PRICED, "alice");
    const facts = [FACTS, FACTS, nothing];
    for (const [nth, jobId] of ids.entries()) {
      const claim = newClaim(jobId);
      await claimJob(claim, OPEN);
      await succeedJob(claim, ANSWER, facts[nth] ?? FACTS);
    }
    await foldCallCosts();
    expect(
      await execute(sql`select owner_id, usd::float8 as usd, unpriced_calls from daily_costs`),
    ).toEqual([{ owner_id: "alice", usd: 0.0008, unpriced_calls: 1 }]);
  });

  test("simulated answers leave no row", async () => {
    const { first } = await lane(1);
    const claim = newClaim(first);
    await claimJob(claim, within("1"));
    await succeedJob(claim, ANSWER, { ...FACTS, costUsd: 0 });
    expect(await execute(sql`select from call_costs`)).toHaveLength(0);
  });
});

describe("folding", () => {
  test("adds each settled row once, however many fold at the same time, and leaves what is in flight", async () => {
    const { promptId, modelId } = await lane(1, PRICED);
    await execute(sql`insert into call_costs (claim_token, day, prompt_id, model_id, usd, settled)
      select gen_random_uuid(), (now() at time zone 'utc')::date - (n % 3), ${promptId}::bigint + n % 7,
        ${modelId}::bigint, 0.01, n % 10 <> 0
      from generate_series(0, 999) n`);
    await Promise.all(Array.from({ length: 8 }, foldCallCosts));
    expect((await spent())?.total).toBeCloseTo(10, 8);
    // Of the 100 in flight those of the day before yesterday are beyond hope.
    expect(await execute(sql`select from call_costs`)).toHaveLength(67);
    expect(await execute(sql`select from daily_costs`)).toHaveLength(21);
  });

  test("a claim folds where nobody swept for long, and the sum stays", async () => {
    const { promptId, modelId, ids } = await lane(2, PRICED);
    await execute(sql`insert into call_costs (claim_token, day, prompt_id, model_id, usd, settled)
      select gen_random_uuid(), (now() at time zone 'utc')::date, ${promptId}::bigint, ${modelId}::bigint,
        0.01, true from generate_series(1, 250)`);
    expect(await tryClaim(ids[0] ?? 0, { dailyBudgetUsd: "2.501" })).toMatchObject({
      outcome: "claimed",
    });
    expect(await execute(sql`select from call_costs`)).toHaveLength(1);
    expect(await tryClaim(ids[1] ?? 0, { dailyBudgetUsd: "2.501" })).toMatchObject({
      outcome: "skipped",
    });
  });
});

test("an app from before the budget claims as it did", async () => {
  const { first } = await lane(1, PRICED);
  const rows = await execute<{ outcome: string }>(sql`
    select outcome from claim_job(${first}::bigint, gen_random_uuid(), 60, 10, 10)`);
  expect(rows).toEqual([{ outcome: "claimed" }]);
});
