import { type Enqueued, enqueueDueJobs } from "@/db/job-transitions/enqueue";
import type { Environment } from "@/lib/env";
import { log } from "@/lib/log";

/**
 * Enqueues what is due in the present windows; see `enqueueDueJobs`. Calling it again, or many times
 * at once, makes nothing new.
 */
export async function enqueueDue(env: Environment): Promise<Enqueued> {
  const enqueued = await enqueueDueJobs({ maxAttempts: env.JOB_MAX_ATTEMPTS });
  if (enqueued.jobsCreated > 0 || enqueued.superseded > 0) log.info(enqueued, "enqueued");
  return enqueued;
}
