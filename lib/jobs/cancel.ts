import type { JobFilter } from "@/db/job-filter";
import { findJobStatus } from "@/db/job-queries";
import { isFinal } from "@/db/job-status";
import { cancelJobs as cancelAllNow, cancelJob as cancelNow } from "@/db/job-transitions/cancel";
import { tryAgainIfRolledBack, WHILE_A_CALLER_WAITS_MS } from "@/db/retry";
import { ownedBy, type Sight } from "@/lib/auth/caller";
import type { Environment } from "@/lib/env";
import { ApiError, jobNotFound } from "@/lib/errors";
import { deleteJobStatuses, setJobStatus } from "@/lib/live-store/job-status";
import { limitsOf } from "./limits";

/**
 * Cancels a queued or processing job; a running call is closed within 2 s, wherever it runs. Throws
 * JobNotFoundError, or JobAlreadyCompletedError where the job was final first.
 */
export async function cancelJob(jobId: number, sight: Sight, env: Environment): Promise<void> {
  // Again where somebody restarted it between our UPDATE and our look.
  for (;;) {
    if (await cancelNow(jobId, ownedBy(sight))) return setJobStatus(jobId, limitsOf(env));
    const currentStatus = await findJobStatus(jobId, ownedBy(sight));
    if (currentStatus === null) throw jobNotFound(jobId);
    if (isFinal(currentStatus)) {
      throw new ApiError("JobAlreadyCompletedError", `Job ${jobId} is already ${currentStatus}`, {
        jobId,
        currentStatus,
      });
    }
  }
}

/** Cancels all that match, are the caller's to see, and queued or processing, as `cancelJob` does: one statement. */
export async function cancelJobs(
  filter: JobFilter,
  sight: Sight,
): Promise<{ matched: number; changed: number }> {
  const cancel = () => cancelAllNow({ ...filter, ...ownedBy(sight) });
  const { matched, changedIds } = await tryAgainIfRolledBack(cancel, WHILE_A_CALLER_WAITS_MS);
  await deleteJobStatuses(changedIds);
  return { matched, changed: changedIds.length };
}
