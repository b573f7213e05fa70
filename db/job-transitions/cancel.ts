import { type SQL, sql } from "drizzle-orm";
import { execute } from "../client";

/**
 * Cancels a queued or processing job. A running one loses its claim, and so its places, at once:
 * whatever its call still brings is not stored. Its attempt is listed, as it may have been paid for.
 * False: it was final, or there is no such job.
 */
export async function cancelJob(jobId: number): Promise<boolean> {
  return (await cancelWhere(sql`id = ${jobId}::bigint`, "Cancelled by hand")) > 0;
}

/** Cancels every active job of a prompt that was deleted, as `cancelJob` does. Returns how many. */
export function cancelJobsOfPrompt(promptId: number): Promise<number> {
  return cancelWhere(sql`prompt_id = ${promptId}::bigint`, "Its question was deleted");
}

async function cancelWhere(condition: SQL, message: string): Promise<number> {
  const [row] = await execute<{ cancelled: number }>(sql`
    with active as (
      select id, status, claim_token, claim_count, started_at from prompt_jobs
      where ${condition} and status in ('queued', 'processing')
      order by id for update
    ), cancelled as (
      update prompt_jobs j set status = 'cancelled', version = j.version + 1,
        claim_token = null, lease_expires_at = null, finished_at = clock_timestamp(),
        error_code = 'cancelled', error_message = ${message}
      from active where j.id = active.id
      returning j.id
    ), attempts as (
      insert into job_attempts (job_id, attempt, claim_token, started_at, finished_at, outcome,
        error_code, error_message, may_have_been_paid)
      select id, claim_count, claim_token, started_at, clock_timestamp(), 'cancelled',
        'cancelled', ${message}, true
      from active where status = 'processing'
      on conflict do nothing
    )
    select count(*) as cancelled from cancelled`);
  return row?.cancelled ?? 0;
}
