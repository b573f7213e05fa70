import { sql } from "drizzle-orm";
import { execute } from "../client";

/**
 * Queues a failed, cancelled or skipped job again, with all its attempts to come; earlier ones stay
 * listed, and what they cost stays counted. False: it is in another state, or there is no such job.
 */
export async function restartJob(jobId: number, maxAttempts: number): Promise<boolean> {
  const rows = await execute(sql`
    update prompt_jobs set status = 'queued', version = version + 1, attempt_count = 0,
      max_attempts = ${maxAttempts}::int, error_code = null, error_message = null,
      scheduled_for = clock_timestamp(), dispatched_at = null, started_at = null, finished_at = null
    where id = ${jobId}::bigint and status in ('failed', 'cancelled', 'skipped')
    returning id`);
  return rows.length > 0;
}
