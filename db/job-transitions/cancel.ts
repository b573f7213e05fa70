import { sql } from "drizzle-orm";
import { execute } from "../client";

/**
 * Cancels every queued or processing job of a prompt. A running one loses its claim, so whatever its
 * call still brings is not stored; the attempt is listed, as it may have been paid for.
 * Returns how many were cancelled.
 */
export async function cancelJobsOfPrompt(promptId: number): Promise<number> {
  const [row] = await execute<{ cancelled: number }>(sql`
    with active as (
      select id, status, claim_token, claim_count, started_at from prompt_jobs
      where prompt_id = ${promptId}::bigint and status in ('queued', 'processing')
      for update
    ), cancelled as (
      update prompt_jobs j set status = 'cancelled', version = j.version + 1,
        claim_token = null, lease_expires_at = null, finished_at = clock_timestamp(),
        error_code = 'cancelled', error_message = 'Its question was deleted'
      from active where j.id = active.id
      returning j.id
    ), attempts as (
      insert into job_attempts (job_id, attempt, claim_token, started_at, finished_at, outcome,
        error_code, error_message, may_have_been_paid)
      select id, claim_count, claim_token, started_at, clock_timestamp(), 'cancelled',
        'cancelled', 'Its question was deleted', true
      from active where status = 'processing'
    )
    select count(*) as cancelled from cancelled`);
  return row?.cancelled ?? 0;
}
