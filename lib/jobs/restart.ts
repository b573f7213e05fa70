import { findJobForRestart } from "@/db/job-queries";
import { restartJob as restartNow } from "@/db/job-transitions/restart";
import type { Environment } from "@/lib/env";
import { ApiError, jobNotFound } from "@/lib/errors";

/**
 * Queues a failed, cancelled or skipped job again, with all its attempts to come. Throws
 * JobNotFoundError, JobNotRestartableError in any other state, or ConflictError where its prompt or
 * model is off: it would only be skipped.
 */
export async function restartJob(jobId: number, env: Environment): Promise<void> {
  const job = await findJobForRestart(jobId);
  if (!job) throw jobNotFound(jobId);
  if (!job.promptActive)
    throw new ApiError("ConflictError", "Its prompt is switched off or deleted");
  if (!job.modelActive) throw new ApiError("ConflictError", "Its model is switched off");
  if (await restartNow(jobId, env.JOB_MAX_ATTEMPTS)) return;
  const currentStatus = (await findJobForRestart(jobId))?.status ?? job.status;
  throw new ApiError(
    "JobNotRestartableError",
    `Job ${jobId} is ${currentStatus}: only failed, cancelled and skipped jobs can be restarted`,
    { jobId, currentStatus },
  );
}
