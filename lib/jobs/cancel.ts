import type { JobFilter } from "@/db/job-filter";
import { findJobStatus } from "@/db/job-queries";
import { isFinal } from "@/db/job-status";
import {
  cancelJobs as cancelAllNow,
  cancelJob as cancelNow,
  type Moved,
} from "@/db/job-transitions/cancel";
import { tryAgainIfRolledBack, WHILE_A_CALLER_WAITS_MS } from "@/db/retry";
import { ApiError, jobNotFound } from "@/lib/errors";

/**
 * Cancels a queued or processing job; a running call is closed within 2 s, wherever it runs. Throws
 * JobNotFoundError, or JobAlreadyCompletedError where the job was final first.
 */
export async function cancelJob(jobId: number): Promise<void> {
  // Again where somebody restarted it between our UPDATE and our look.
  for (;;) {
    if (await cancelNow(jobId)) return;
    const currentStatus = await findJobStatus(jobId);
    if (currentStatus === null) throw jobNotFound(jobId);
    if (isFinal(currentStatus)) {
      throw new ApiError("JobAlreadyCompletedError", `Job ${jobId} is already ${currentStatus}`, {
        jobId,
        currentStatus,
      });
    }
  }
}

/** Cancels all that match and are queued or processing, as `cancelJob` does: one statement. */
export function cancelJobs(filter: JobFilter): Promise<Moved> {
  return tryAgainIfRolledBack(() => cancelAllNow(filter), WHILE_A_CALLER_WAITS_MS);
}
