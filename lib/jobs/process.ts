import { randomUUID } from "node:crypto";
import { findJobStatus } from "@/db/job-queries";
import type { JobStatus, WaitingFor } from "@/db/job-status";
import { type ClaimResult, claimJob } from "@/db/job-transitions/claim";
import { failJob } from "@/db/job-transitions/fail";
import type { AttemptFacts, JobError, Recorded } from "@/db/job-transitions/outcome";
import { retryJob, waitForAccount, waitForRateLimit } from "@/db/job-transitions/retry";
import { succeedJob } from "@/db/job-transitions/succeed";
import { tryAgain, WHILE_A_CALLER_WAITS_MS } from "@/db/retry";
import type { PromptJob } from "@/db/schema";
import { entityKey } from "@/lib/answers/entity-key";
import { INSTRUCTIONS_VERSION } from "@/lib/answers/instructions";
import { PARSER_VERSION } from "@/lib/answers/parse";
import type { Environment } from "@/lib/env";
import { jobNotFound } from "@/lib/errors";
import { setJobStatus } from "@/lib/live-store/job-status";
import { log } from "@/lib/log";
import { callModel } from "@/lib/models/call-model";
import type { CallFacts, ModelOutcome } from "@/lib/models/outcome";
import { tellOfBudget, tellOfOutcome } from "@/lib/webhooks/tell";
import { limitsOf } from "./limits";
import { afterFailure } from "./policy";
import { whileHeld } from "./running-calls";
import { PROBE_SECONDS } from "./sweep";

/** The answer is paid for: it is worth trying on while the lease of 330 s lasts. */
export const RECORD_WITHIN_MS = 120_000;

type Claimed = Extract<ClaimResult, { outcome: "claimed" }>;

/** What came of one process call. */
export type Processed =
  | { outcome: "succeeded"; jobId: number; entityId: number | null }
  | { outcome: "failed"; jobId: number; error: JobError }
  | { outcome: "retried"; jobId: number; error: JobError; retryAt: string }
  | { outcome: "paused"; jobId: number; error: JobError }
  | { outcome: "taken_over" | "not_queued"; jobId: number; status: JobStatus }
  | { outcome: "waiting"; jobId: number; waitingFor: WaitingFor | null }
  | { outcome: "skipped"; jobId: number; errorCode: string | null };

/**
 * Claims a job, asks its model, and records what came of it. No transaction is open during the call.
 * Whoever loses the race for the job learns its present state. Throws JobNotFoundError.
 */
export async function processJob(jobId: number, env: Environment): Promise<Processed> {
  const claim = { jobId, claimToken: randomUUID() };
  const claimed = await tryAgain(
    () =>
      claimJob(claim, {
        ...limitsOf(env),
        leaseSeconds: env.JOB_LEASE_SECONDS,
        dailyBudgetUsd: env.DAILY_BUDGET_USD,
      }),
    WHILE_A_CALLER_WAITS_MS,
  );
  if (claimed === null) throw jobNotFound(jobId);
  switch (claimed.outcome) {
    case "waiting":
      return { outcome: "waiting", jobId, waitingFor: claimed.waitingFor };
    case "not_queued":
      return { outcome: "not_queued", jobId, status: claimed.job.status };
    case "skipped":
      await setJobStatus(jobId, limitsOf(env));
      await tellOfOutcome({ outcome: "skipped", jobId });
      await tellIfBudgetIsReached(claimed.job, env);
      return { outcome: "skipped", jobId, errorCode: claimed.job.errorCode };
    case "claimed": {
      // Beside the call: it waits for nobody.
      const shown = setJobStatus(jobId, limitsOf(env));
      const outcome = await whileHeld(claim, (signal) => ask(claimed, env, signal));
      const recordOnce = () => record(claim.claimToken, claimed, outcome, env);
      const recorded =
        (await tryAgain(recordOnce, RECORD_WITHIN_MS)) ??
        // A first try whose reply was lost may have committed only after the second one looked.
        (await tryAgain(recordOnce, RECORD_WITHIN_MS));
      await shown;
      if (!recorded) return takenOver(jobId);
      await setJobStatus(jobId, limitsOf(env));
      await tellOfOutcome(recorded);
      return recorded;
    }
  }
}

async function tellIfBudgetIsReached({ errorCode, finishedAt }: PromptJob, env: Environment) {
  if (errorCode !== "budget_exceeded" || !finishedAt) return;
  await tellOfBudget(finishedAt.toISOString().slice(0, 10), Number(env.DAILY_BUDGET_USD));
}

function ask(
  { job, model, question }: Claimed,
  env: Environment,
  signal: AbortSignal,
): Promise<ModelOutcome> {
  return callModel(
    model,
    {
      question,
      runIndex: job.runIndex,
      day: new Date().toISOString().slice(0, 10),
      attempt: job.claimCount,
    },
    {
      signal,
      timeoutSeconds: env.MODEL_TIMEOUT_SECONDS,
      credentials: {
        openaiApiKey: env.OPENAI_API_KEY,
        openaiBaseUrl: env.OPENAI_BASE_URL,
        openrouterApiKey: env.OPENROUTER_API_KEY,
        openrouterBaseUrl: env.OPENROUTER_BASE_URL,
      },
    },
  );
}

/** Null: the claim was lost meanwhile, and nothing was stored. */
async function record(
  claimToken: string,
  { job, model, promptVersion }: Claimed,
  outcome: ModelOutcome,
  env: Environment,
): Promise<Processed | null> {
  const claim = { jobId: job.id, claimToken };
  switch (outcome.kind) {
    case "aborted":
      return null;
    case "answered": {
      const answer = {
        promptVersion,
        instructionsVersion: INSTRUCTIONS_VERSION,
        parserVersion: PARSER_VERSION,
        rawText: outcome.rawText,
        answer: outcome.answer,
        entities: outcome.entities.map((name) => ({ name, key: entityKey(name) })),
        settings: outcome.settings,
      };
      const recorded = await succeedJob(claim, answer, toFacts(outcome));
      return recorded && { outcome: "succeeded", jobId: job.id, entityId: recorded.entityId };
    }
    case "failed": {
      const error: JobError = {
        errorCode: outcome.errorCode,
        errorMessage: outcome.message,
        mayHaveBeenPaid: outcome.mayHaveBeenPaid,
      };
      const facts = toFacts(outcome);
      const next = afterFailure(outcome, job, env);
      switch (next.verdict) {
        case "fail":
          return (
            (await failJob(claim, error, facts)) && { outcome: "failed", jobId: job.id, error }
          );
        case "retry": {
          const recorded = await retryJob(claim, error, facts, next.delayMs);
          return recorded && retried(job.id, error, recorded);
        }
        case "wait_for_rate_limit": {
          const recorded = await waitForRateLimit(claim, error, facts, next.holdMs);
          return recorded && retried(job.id, error, recorded);
        }
        case "wait_for_account": {
          const recorded = await waitForAccount(claim, error, facts, PROBE_SECONDS);
          if (recorded) log.warn({ ...error, provider: model.provider }, "circuit opened");
          return recorded && { outcome: "paused", jobId: job.id, error };
        }
      }
    }
  }
}

function retried(jobId: number, error: JobError, { scheduledFor }: Recorded): Processed {
  return { outcome: "retried", jobId, error, retryAt: scheduledFor };
}

function toFacts({ usage, ...facts }: CallFacts): AttemptFacts {
  return {
    httpStatus: facts.httpStatus,
    providerRequestId: facts.providerRequestId,
    returnedModel: facts.returnedModel,
    ...usage,
    costUsd: facts.costUsd,
    latencyMs: facts.latencyMs,
  };
}

async function takenOver(jobId: number): Promise<Processed> {
  const status = await findJobStatus(jobId);
  if (status === null) throw jobNotFound(jobId);
  return { outcome: "taken_over", jobId, status };
}
