import { violatedConstraint } from "@/db/errors";
import type { JobFilter } from "@/db/job-filter";
import { findJobForRestart, listActiveIds } from "@/db/job-queries";
import { mayRestart } from "@/db/job-status";
import {
  restartJobs as restartAllNow,
  restartJob as restartNow,
} from "@/db/job-transitions/restart";
import { tryAgain, tryAgainIfRolledBack, WHILE_A_CALLER_WAITS_MS } from "@/db/retry";
import { ownedBy, type Sight } from "@/lib/auth/caller";
import type { Environment } from "@/lib/env";
import { ApiError, jobNotFound } from "@/lib/errors";
import { deleteJobStatuses, setJobStatus } from "@/lib/live-store/job-status";
import { hasRedis } from "@/lib/live-store/redis";
import { log } from "@/lib/log";
import { limitsOf } from "./limits";

/**
 * Queues a failed, cancelled or skipped job again, with all its attempts to come. Throws
 * JobNotFoundError, JobNotRestartableError in any other state, or ConflictError where its prompt or
 * model is off (it would only be skipped), or another job is active under its reference.
 */
export async function restartJob(jobId: number, sight: Sight, env: Environment): Promise<void> {
  // Again where somebody moved it, or made or ended its twin, between our looks.
  for (;;) {
    const job = await findJobForRestart(jobId, ownedBy(sight));
    if (!job) throw jobNotFound(jobId);
    if (!mayRestart(job.status)) {
      const currentStatus = job.status;
      throw new ApiError(
        "JobNotRestartableError",
        `Job ${jobId} is ${currentStatus}: only failed, cancelled and skipped jobs can be restarted`,
        { jobId, currentStatus },
      );
    }
    if (!job.promptActive) {
      throw new ApiError("ConflictError", "Its prompt is switched off or deleted");
    }
    if (!job.modelActive) throw new ApiError("ConflictError", "Its model is switched off");
    const restart = () => againAfterTwins(() => restartNow(jobId, env.JOB_MAX_ATTEMPTS));
    const restarted = await restart().catch(async (error: unknown) => {
      // It may have been restarted all the same, and the copy of a final state is believed for a day.
      await deleteJobStatuses([jobId]);
      throw error;
    });
    if (restarted?.outcome === "restarted") return setJobStatus(jobId, limitsOf(env));
    if (restarted?.outcome === "conflict") {
      throw new ApiError(
        "ConflictError",
        `Job ${restarted.twinId} of the same reference is in flight`,
        { jobId, conflictingJobId: restarted.twinId },
      );
    }
  }
}

/**
 * Restarts all that match, are the caller's to see, and can be restarted: failed, cancelled or skipped,
 * with prompt and model on. Of several of one reference only the newest is, and none where one is in
 * flight.
 */
export async function restartJobs(
  filter: JobFilter,
  sight: Sight,
  env: Environment,
): Promise<{ matched: number; changed: number }> {
  const own = { ...filter, ...ownedBy(sight) };
  const restart = () => againAfterTwins(() => restartAllNow(own, env.JOB_MAX_ATTEMPTS));
  const { matched, changedIds } = await tryAgainIfRolledBack(
    restart,
    WHILE_A_CALLER_WAITS_MS,
  ).catch(async (error: unknown) => {
    await deleteStatusesOfActive(own);
    throw error;
  });
  await deleteJobStatuses(changedIds);
  return { matched, changed: changedIds.length };
}

/** For a restart of which nobody knows what it changed: those that match are active, if they were. */
async function deleteStatusesOfActive({ status, errorCode, ...filter }: JobFilter): Promise<void> {
  if (!hasRedis()) return;
  try {
    const list = () => listActiveIds(filter);
    await deleteJobStatuses(await tryAgain(list, WHILE_A_CALLER_WAITS_MS));
  } catch (error) {
    log.warn({ err: error, filter }, "the live status of restarted jobs may be old");
  }
}

/** Restarts again where a twin came in flight meanwhile: now it is seen. */
async function againAfterTwins<T>(restart: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await restart();
    } catch (error) {
      if (violatedConstraint(error) !== "prompt_jobs_sole_reference_unique") throw error;
    }
  }
}
