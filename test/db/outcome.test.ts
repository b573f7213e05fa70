import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { deletePrompt } from "@/db/job-transitions/cancel";
import { claimJob } from "@/db/job-transitions/claim";
import { failJob } from "@/db/job-transitions/fail";
import type { AttemptFacts } from "@/db/job-transitions/outcome";
import { retryJob } from "@/db/job-transitions/retry";
import { type Answer, succeedJob } from "@/db/job-transitions/succeed";
import { ageJob, makeJob, makeModel, makePrompt, readJob } from "../factories";
import { ownDatabase } from "../own-database";

ownDatabase();

const FACTS: AttemptFacts = {
  httpStatus: 200,
  providerRequestId: "req-1",
  returnedModel: "gpt-5-2025",
  inputTokens: 40,
  cachedInputTokens: 8,
  outputTokens: 12,
  costUsd: 0.0004,
  latencyMs: 900,
};
const ERROR = { errorCode: "network", errorMessage: "Connection reset", mayHaveBeenPaid: true };

const named = (...names: string[]): Answer => ({
  promptVersion: 1,
  instructionsVersion: 1,
  parserVersion: 1,
  rawText: "{}",
  answer: "An answer",
  entities: names.map((name) => ({ name, key: name.toLowerCase() })),
  settings: { temperature: 1 },
});

async function claimedJob() {
  const model = await makeModel();
  const prompt = await makePrompt([model.id]);
  const job = await makeJob({ promptId: prompt.id, modelId: model.id });
  const claim = { jobId: job.id, claimToken: randomUUID() };
  await reclaim(claim);
  return claim;
}

function reclaim(claim: { jobId: number; claimToken: string }) {
  return claimJob(claim, { leaseSeconds: 60, maxJobs: 10_000, maxJobsPerOwner: 10_000 });
}

const attemptsOf = (jobId: number) =>
  execute<{
    attempt: number;
    outcome: string;
    error_code: string | null;
    may_have_been_paid: boolean;
  }>(sql`
    select attempt, outcome, error_code, may_have_been_paid from job_attempts
    where job_id = ${jobId} order by attempt`);

const responsesOf = (jobId: number) =>
  execute<{ outcome: string; entities: string[] | null }>(sql`
    select r.outcome, (select json_agg(re.name order by re.rank) from response_entities re
      where re.response_id = r.id) as entities
    from responses r where r.job_id = ${jobId}`);

describe("the outcome of a claim", () => {
  test("success stores the job, the attempt, the answer and its entities in order", async () => {
    const claim = await claimedJob();
    const recorded = await succeedJob(claim, named("Severance", "Andor"), FACTS);
    const job = await readJob(claim.jobId);
    expect(recorded).toMatchObject({ status: "succeeded", entityId: job.entityId });
    expect(job).toMatchObject({
      status: "succeeded",
      claimToken: null,
      inputTokens: 40,
      outputTokens: 12,
      costUsd: 0.0004,
    });
    const [entity] = await execute(sql`select name, key from entities where id = ${job.entityId}`);
    expect(entity).toEqual({ name: "Severance", key: "severance" });
    expect(await responsesOf(claim.jobId)).toEqual([
      { outcome: "named", entities: ["Severance", "Andor"] },
    ]);
    expect(await attemptsOf(claim.jobId)).toMatchObject([{ attempt: 1, outcome: "succeeded" }]);
  });

  test("an answer that names nothing is a result", async () => {
    const claim = await claimedJob();
    expect(await succeedJob(claim, named(), FACTS)).toMatchObject({ entityId: null });
    expect(await responsesOf(claim.jobId)).toEqual([{ outcome: "none", entities: null }]);
  });

  test("said again because its reply was lost, it is recognised and changes nothing", async () => {
    const success = await claimedJob();
    const first = await succeedJob(success, named("Severance"), FACTS);
    expect(await succeedJob(success, named("Severance"), FACTS)).toEqual(first);
    expect(await responsesOf(success.jobId)).toHaveLength(1);

    const failure = await claimedJob();
    await failJob(failure, ERROR, FACTS);
    expect(await failJob(failure, ERROR, FACTS)).toMatchObject({ status: "failed" });

    const retry = await claimedJob();
    await retryJob(retry, ERROR, FACTS, 60_000);
    expect(await retryJob(retry, ERROR, FACTS, 60_000)).toMatchObject({ status: "queued" });
    expect(await readJob(retry.jobId)).toMatchObject({ attemptCount: 1, costUsd: 0.0004 });
    for (const { jobId } of [success, failure, retry]) {
      expect(await attemptsOf(jobId)).toHaveLength(1);
    }
  });

  test("of a claim that somebody else has taken over is null and stores nothing", async () => {
    const late = await claimedJob();
    await retryJob(late, ERROR, FACTS, 0);
    await ageJob(late.jobId, 1);
    const next = { jobId: late.jobId, claimToken: randomUUID() };
    await reclaim(next);
    const stale = { jobId: late.jobId, claimToken: randomUUID() };
    expect(await succeedJob(stale, named("Late"), FACTS)).toBeNull();
    expect(await failJob(stale, ERROR, FACTS)).toBeNull();
    expect(await retryJob(stale, ERROR, FACTS, 0)).toBeNull();
    expect(await readJob(late.jobId)).toMatchObject({
      status: "processing",
      claimToken: next.claimToken,
    });
    expect(await responsesOf(late.jobId)).toHaveLength(0);
    expect(await execute(sql`select from entities where name = 'Late'`)).toHaveLength(0);
    expect(await succeedJob(next, named("Andor"), FACTS)).toMatchObject({ status: "succeeded" });
  });

  test("of a cancelled job is null, and the cancelled attempt is listed as perhaps paid", async () => {
    const claim = await claimedJob();
    const { promptId } = await readJob(claim.jobId);
    expect(await deletePrompt(promptId)).toEqual([claim.jobId]);
    expect(await succeedJob(claim, named("Severance"), FACTS)).toBeNull();
    expect(await responsesOf(claim.jobId)).toHaveLength(0);
    expect(await attemptsOf(claim.jobId)).toEqual([
      { attempt: 1, outcome: "cancelled", error_code: "cancelled", may_have_been_paid: true },
    ]);
  });

  test("a retry comes later, keeps its error in view and adds up what it cost", async () => {
    const claim = await claimedJob();
    await retryJob(claim, ERROR, FACTS, 60_000);
    const waiting = await readJob(claim.jobId);
    expect(waiting).toMatchObject({ status: "queued", errorCode: "network", attemptCount: 1 });
    expect(waiting.scheduledFor.getTime()).toBeGreaterThan(Date.now() + 50_000);
    await ageJob(claim.jobId, 120);
    const next = { ...claim, claimToken: randomUUID() };
    await reclaim(next);
    await succeedJob(next, named("Severance"), FACTS);
    expect(await readJob(claim.jobId)).toMatchObject({
      status: "succeeded",
      errorCode: null,
      costUsd: 0.0008,
    });
    expect(await attemptsOf(claim.jobId)).toMatchObject([
      { attempt: 1, outcome: "retried", error_code: "network" },
      { attempt: 2, outcome: "succeeded", error_code: null },
    ]);
  });

  test("unknown costs stay unknown, and are never 0", async () => {
    const claim = await claimedJob();
    await failJob(claim, ERROR, { ...FACTS, costUsd: null });
    expect((await readJob(claim.jobId)).costUsd).toBeNull();
  });

  test("fifty answers at once that name the same new entities make each once, without a deadlock", async () => {
    const claims = await Promise.all(Array.from({ length: 50 }, claimedJob));
    const names = ["Zeta", "Alpha", "Mu"];
    const recorded = await Promise.all(
      claims.map((claim, n) =>
        succeedJob(claim, named(...(n % 2 ? names : names.toReversed())), FACTS),
      ),
    );
    expect(recorded.filter((r) => r?.status === "succeeded")).toHaveLength(50);
    const rows = await execute(sql`select from entities where key in ('zeta', 'alpha', 'mu')`);
    expect(rows).toHaveLength(3);
  });
});
