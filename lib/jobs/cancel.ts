import { findJobStatus } from "@/db/job-queries";
import { isFinal } from "@/db/job-status";
import { cancelJob as cancelNow } from "@/db/job-transitions/cancel";
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
