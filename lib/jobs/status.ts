import type { JobFilter } from "@/db/job-filter";
import { countJobs, type JobView, listAttempts, listJobs } from "@/db/job-queries";
import { isFinal } from "@/db/job-status";
import type { JobAttempt } from "@/db/schema";
import type { Environment } from "@/lib/env";
import { jobNotFound } from "@/lib/errors";
import { limitsOf } from "./limits";

/** A page of the jobs that match, newest first, with the counts of all that match. */
export async function statusOfJobs(
  filter: JobFilter,
  page: { limit: number; before: number | null },
  env: Environment,
) {
  const [counts, jobs] = await Promise.all([
    countJobs(filter),
    listJobs(filter, { limit: page.limit + 1, before: page.before, limits: limitsOf(env) }),
  ]);
  const shown = jobs.slice(0, page.limit);
  const last = shown.at(-1);
  return {
    summary: { total: Object.values(counts).reduce((sum, n) => sum + n, 0), ...counts },
    jobs: shown.map(describeJob),
    nextCursor: jobs.length > page.limit && last ? String(last.id) : null,
  };
}

/** One job with its attempts. Throws JobNotFoundError. */
export async function statusOfJob(jobId: number, env: Environment) {
  const [[job], attempts] = await Promise.all([
    listJobs({ jobId }, { limit: 1, before: null, limits: limitsOf(env) }),
    listAttempts(jobId),
  ]);
  if (!job) throw jobNotFound(jobId);
  return { job: describeJob(job), attempts: attempts.map(describeAttempt) };
}

/** A job as the contract shows it. `metrics` are of the last attempt, its cost of all of them. */
function describeJob(job: JobView) {
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
    scheduledFor: job.scheduledFor,
    startedAt: job.startedAt,
    finishedAt: job.finishedAt,
    createdAt: job.createdAt,
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
    startedAt: attempt.startedAt,
    finishedAt: attempt.finishedAt,
    outcome: attempt.outcome,
    errorCode: attempt.errorCode,
    errorMessage: attempt.errorMessage,
    httpStatus: attempt.httpStatus,
    costUsd: attempt.costUsd,
    mayHaveBeenPaid: attempt.mayHaveBeenPaid,
  };
}
