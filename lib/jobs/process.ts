import { randomUUID } from "node:crypto";
import { findJobStatus } from "@/db/job-queries";
import type { JobStatus, WaitingFor } from "@/db/job-status";
import { type ClaimResult, claimJob } from "@/db/job-transitions/claim";
import {
  type AttemptFacts,
  failJob,
  type JobError,
  retryJob,
  succeedJob,
} from "@/db/job-transitions/record";
import { entityKey } from "@/lib/answers/entity-key";
import { INSTRUCTIONS_VERSION } from "@/lib/answers/instructions";
import { PARSER_VERSION } from "@/lib/answers/parse";
import type { Environment } from "@/lib/env";
import { jobNotFound } from "@/lib/errors";
import { callModel } from "@/lib/models/call-model";
import type { CallFacts, ModelOutcome } from "@/lib/models/outcome";
import { limitsOf } from "./limits";
import { afterFailure } from "./policy";

type Claimed = Extract<ClaimResult, { outcome: "claimed" }>;

/** What came of one process call. */
export type Processed =
  | { outcome: "succeeded"; jobId: number; entityId: number | null }
  | { outcome: "failed"; jobId: number; error: JobError }
  | { outcome: "retried"; jobId: number; error: JobError; retryAt: string }
  | { outcome: "taken_over" | "not_queued"; jobId: number; status: JobStatus }
  | { outcome: "waiting"; jobId: number; waitingFor: WaitingFor | null }
  | { outcome: "skipped"; jobId: number; errorCode: string | null };

/**
 * Claims a job, asks its model, and records what came of it. No transaction is open during the call.
 * Whoever loses the race for the job learns its present state. Throws JobNotFoundError.
 */
export async function processJob(jobId: number, env: Environment): Promise<Processed> {
  const claim = { jobId, claimToken: randomUUID() };
  const claimed = await claimJob(claim, { ...limitsOf(env), leaseSeconds: env.JOB_LEASE_SECONDS });
  if (claimed === null) throw jobNotFound(jobId);
  switch (claimed.outcome) {
    case "waiting":
      return { outcome: "waiting", jobId, waitingFor: claimed.waitingFor };
    case "not_queued":
      return { outcome: "not_queued", jobId, status: claimed.job.status };
    case "skipped":
      return { outcome: "skipped", jobId, errorCode: claimed.job.errorCode };
    case "claimed": {
      const outcome = await ask(claimed, env);
      return (await record(claim.claimToken, claimed, outcome, env)) ?? (await takenOver(jobId));
    }
  }
}

function ask({ job, model, question }: Claimed, env: Environment): Promise<ModelOutcome> {
  return callModel(
    model,
    {
      question,
      runIndex: job.runIndex,
      day: new Date().toISOString().slice(0, 10),
      attempt: job.claimCount,
    },
    {
      signal: new AbortController().signal,
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
  { job, promptVersion }: Claimed,
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
      const next = afterFailure(outcome, job, env);
      if (next.verdict === "fail") {
        const recorded = await failJob(claim, error, toFacts(outcome));
        return recorded && { outcome: "failed", jobId: job.id, error };
      }
      const recorded = await retryJob(claim, error, toFacts(outcome), next);
      return (
        recorded && { outcome: "retried", jobId: job.id, error, retryAt: recorded.scheduledFor }
      );
    }
  }
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
