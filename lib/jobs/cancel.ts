import type { JobFilter } from "@/db/job-filter";
import { findJobStatus } from "@/db/job-queries";
import { isFinal } from "@/db/job-status";
import { cancelJobs as cancelAllNow, cancelJob as cancelNow } from "@/db/job-transitions/cancel";
import type { Moved } from "@/db/job-transitions/moved";
import { tryAgain } from "@/db/retry";
import { ApiError, jobNotFound } from "@/lib/errors";

/** With one call's deadline of 10 s it stays under the 15 s after which a caller is told 503. */
const CANCEL_WITHIN_MS = 4_000;

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
  return tryAgain(() => cancelAllNow(filter), CANCEL_WITHIN_MS);
}
