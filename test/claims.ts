import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { execute } from "@/db/client";
import type { WaitingFor } from "@/db/job-status";
import { type Claim, type ClaimResult, claimJob } from "@/db/job-transitions/claim";
import type { AttemptFacts, JobError } from "@/db/job-transitions/outcome";
import { retryJob } from "@/db/job-transitions/retry";
import type { Answer } from "@/db/job-transitions/succeed";
import type { Model } from "@/db/schema";
import { makeJobs, makeModel, makePrompt } from "./factories";

// What a worker holds and says, for tests that play one without asking a model.

export const FACTS: AttemptFacts = {
  httpStatus: 200,
  providerRequestId: "req-1",
  returnedModel: "gpt-5-2025",
  inputTokens: 40,
  cachedInputTokens: 8,
  outputTokens: 12,
  costUsd: 0.0004,
  latencyMs: 900,
};

export const ERROR: JobError = {
  errorCode: "network",
  errorMessage: "Connection reset",
  mayHaveBeenPaid: true,
};

export const ANSWER: Answer = {
  promptVersion: 1,
  instructionsVersion: 1,
  parserVersion: 1,
  rawText: "{}",
  answer: "An answer",
  entities: [{ name: "Severance", key: "severance" }],
  settings: { temperature: 1 },
};

/** Limits that no test reaches, and a lease of a minute. */
export const OPEN = { leaseSeconds: 60, maxJobs: 10_000, maxJobsPerOwner: 10_000 };

export const newClaim = (jobId: number): Claim => ({ jobId, claimToken: randomUUID() });

/** Tries to claim under a token of its own. */
export function tryClaim(jobId: number, options = {}): Promise<ClaimResult | null> {
  return claimJob(newClaim(jobId), { ...OPEN, ...options });
}

/** Claims a job that is due and free; throws where it isn't. */
export async function claimed(jobId: number): Promise<Claim> {
  const claim = newClaim(jobId);
  const result = await claimJob(claim, OPEN);
  if (result?.outcome !== "claimed") throw new Error(`job ${jobId}: ${JSON.stringify(result)}`);
  return claim;
}

/** Claims the job and queues it again, due at once: an attempt that doesn't count, two versions on. */
export async function tryInVain(jobId: number): Promise<void> {
  await retryJob(await claimed(jobId), ERROR, FACTS, 0);
  await execute(sql`update prompt_jobs set attempt_count = 0,
    scheduled_for = now() - interval '1 second' where id = ${jobId}::bigint`);
}

/** What the claim says the job waits for; undefined: it doesn't wait. */
export async function waitsFor(jobId: number): Promise<WaitingFor | null | undefined> {
  const result = await tryClaim(jobId);
  return result?.outcome === "waiting" ? result.waitingFor : undefined;
}

/** A model with queued jobs of one prompt. */
export async function lane(
  count: number,
  model: Parameters<typeof makeModel>[0] = {},
  ownerId?: string,
): Promise<{ model: Model; promptId: number; modelId: number; ids: number[]; first: number }> {
  const made = await makeModel(model);
  const { id: promptId } = await makePrompt([made.id]);
  const job = { promptId, modelId: made.id, ...(ownerId ? { ownerId } : {}) };
  const ids = await makeJobs(count, job);
  return { model: made, promptId, modelId: made.id, ids, first: ids[0] ?? 0 };
}

/** Lets the leases of these jobs run out. */
export async function loseLease(jobIds: readonly number[]): Promise<void> {
  await execute(sql`update prompt_jobs set lease_expires_at = clock_timestamp() - interval '1 second'
    where id = any(${`{${jobIds.join(",")}}`}::bigint[]) and status = 'processing'`);
}

/** The job's attempts, oldest first, as they stand in the table. */
export function attemptsOf(jobId: number) {
  return execute<{
    attempt: number;
    outcome: string;
    error_code: string | null;
    may_have_been_paid: boolean;
  }>(sql`select attempt, outcome, error_code, may_have_been_paid from job_attempts
    where job_id = ${jobId} order by attempt`);
}

/** How many answers are stored for the job. */
export async function responsesOf(jobId: number): Promise<number> {
  return (await execute(sql`select from responses where job_id = ${jobId}`)).length;
}

/** Empties what jobs leave behind, pauses too; models and prompts stay. */
export async function forgetJobs(): Promise<void> {
  await execute(sql`truncate prompt_jobs, job_attempts, responses, pauses, model_claims, batch_cells,
    call_costs, daily_costs, maintenance cascade`);
}
