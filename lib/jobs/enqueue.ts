import { type Enqueued, enqueueDueJobs } from "@/db/job-transitions/enqueue";
import { beginDuty } from "@/db/maintenance";
import { tryAgain } from "@/db/retry";
import type { Environment } from "@/lib/env";
import { log } from "@/lib/log";

const ENQUEUE_WITHIN_MS = 4_000;

/**
 * Enqueues what is due in the present windows; see `enqueueDueJobs`. Calling it again, or many times
 * at once, makes nothing new.
 */
export async function enqueueDue(env: Environment): Promise<Enqueued> {
  const [enqueued] = await Promise.all([
    tryAgain(() => enqueueDueJobs({ maxAttempts: env.JOB_MAX_ATTEMPTS }), ENQUEUE_WITHIN_MS),
    // Not to fail for: else a caller would read 503 while enqueueing is still being tried.
    tryAgain(() => beginDuty("cron"), ENQUEUE_WITHIN_MS).catch((error: unknown) => {
      log.warn({ err: error }, "could not note that the cron ran");
    }),
  ]);
  if (enqueued.jobsCreated > 0 || enqueued.superseded > 0) log.info(enqueued, "enqueued");
  return enqueued;
}
