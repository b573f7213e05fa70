import { type SQL, sql } from "drizzle-orm";
import { execute } from "../client";

/**
 * Cancels a queued or processing job. A running one loses its claim, and so its places, at once:
 * whatever its call still brings is not stored. Its attempt is listed, as it may have been paid for.
 * False: it was final, or there is no such job.
 */
export async function cancelJob(jobId: number): Promise<boolean> {
  const { cancelled } = await cancelWhere(sql`id = ${jobId}::bigint`, "Cancelled by hand");
  return cancelled > 0;
}

/**
 * Marks a prompt deleted, so that its slug is free, and cancels its active jobs as `cancelJob` does: one
 * statement, so that no claim comes in between. Its jobs and answers stay. False: it was gone already.
 */
export async function deletePrompt(promptId: number): Promise<boolean> {
  const { isMarked } = await cancelWhere(
    sql`prompt_id in (select id from marked)`,
    "Its question was deleted",
    sql`update prompts set deleted_at = now() where id = ${promptId}::bigint and deleted_at is null returning id`,
  );
  return isMarked;
}

async function cancelWhere(
  condition: SQL,
  message: string,
  mark = sql`select null::bigint as id where false`,
): Promise<{ cancelled: number; isMarked: boolean }> {
  const [row] = await execute<{ cancelled: number; is_marked: boolean }>(sql`
    with marked as (
      ${mark}
    ), active as (
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
    select count(*) as cancelled, exists (select from marked) as is_marked from cancelled`);
  return { cancelled: row?.cancelled ?? 0, isMarked: row?.is_marked ?? false };
}
