import { pruneJobs } from "@/db/job-transitions/prune";
import { deleteJobStatuses } from "@/lib/live-store/job-status";

/** Small enough not to hold anybody up; what is left over, the next sweep takes. */
const BATCH = 1_000;
const MOST_BATCHES = 20;

/** Deletes finished jobs older than `days`, in small batches. Returns how many. */
export async function pruneOldJobs(days: number): Promise<number> {
  let pruned = 0;
  for (let batch = 0; batch < MOST_BATCHES; batch++) {
    const deleted = await pruneJobs(days, BATCH);
    await deleteJobStatuses(deleted);
    pruned += deleted.length;
    if (deleted.length < BATCH) break;
  }
  return pruned;
}
