import type { JobDetail, JobResult, JobView } from "@/db/job-queries";
import { isFinal } from "@/db/job-status";
import type { JobAttempt } from "@/db/schema";

// Jobs as the contract shows them, times as text: the same whichever store they were read from.

export type JobState = {
  job: ReturnType<typeof describeJob>;
  attempts: ReturnType<typeof describeAttempt>[];
  /** Null: it has no answer. */
  result: JobResult | null;
};

/** All there is to show of one job. */
export function describeDetail({ attempts, result, ...job }: JobDetail): JobState {
  return { job: describeJob(job), attempts: attempts.map(describeAttempt), result };
}

/** `metrics` are of the last attempt, its cost of all of them. */
export function describeJob(job: JobView) {
  const { id, waitingFor } = job;
  return {
    jobId: id,
    promptId: job.promptId,
    modelId: job.modelId,
    runIndex: job.runIndex,
    batchKey: job.batchKey,
    ownerId: job.ownerId,
    version: job.version,
    status: job.status,
    waitingFor,
    progress: isFinal(job.status) ? 1 : job.status === "processing" ? 0.5 : 0,
    attemptCount: job.attemptCount,
    maxAttempts: job.maxAttempts,
    errorCode: job.errorCode,
    errorMessage: job.errorMessage,
    scheduledFor: job.scheduledFor.toISOString(),
    startedAt: job.startedAt?.toISOString() ?? null,
    finishedAt: job.finishedAt?.toISOString() ?? null,
    createdAt: job.createdAt.toISOString(),
    entityId: job.entityId,
    metrics: {
      executionSeconds: job.lastAttemptSeconds,
      inputTokens: job.inputTokens,
      outputTokens: job.outputTokens,
      costUsd: job.costUsd,
    },
    prompt: job.prompt,
    model: job.model,
  };
}

function describeAttempt(attempt: JobAttempt) {
  return {
    attempt: attempt.attempt,
    startedAt: attempt.startedAt.toISOString(),
    finishedAt: attempt.finishedAt.toISOString(),
    outcome: attempt.outcome,
    errorCode: attempt.errorCode,
    errorMessage: attempt.errorMessage,
    httpStatus: attempt.httpStatus,
    costUsd: attempt.costUsd,
    mayHaveBeenPaid: attempt.mayHaveBeenPaid,
  };
}
