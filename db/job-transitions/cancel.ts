import { type SQL, sql } from "drizzle-orm";
import { execute } from "../client";
import { type JobFilter, matching } from "../job-filter";
import type { Moved } from "./moved";

/**
 * Cancels a queued or processing job. A running one loses its claim, and so its places, at once:
 * whatever its call still brings is not stored. Its attempt is listed, as it may have been paid for.
 * False: it was final, or there is no such job.
 */
export async function cancelJob(jobId: number): Promise<boolean> {
  const { changed } = await cancelJobs({ jobId });
  return changed > 0;
}

/** Cancels every job that matches and is queued or processing, as `cancelJob` does. */
export function cancelJobs(filter: JobFilter): Promise<Moved> {
  const condition = matching(filter) ?? sql`false`;
  const matched = sql`(select count(*) from prompt_jobs where ${condition})`;
  return cancelWhere<Moved>(condition, "Cancelled by hand", {
    select: sql`count(*) as changed, ${matched} as matched`,
  });
}

/**
 * Marks a prompt deleted, so that its slug is free, and cancels its active jobs as `cancelJob` does: one
 * statement, so that no claim comes in between. Its jobs and answers stay. False: it was gone already.
 */
export async function deletePrompt(promptId: number): Promise<boolean> {
  const { is_marked } = await cancelWhere<{ is_marked: boolean }>(
    sql`prompt_id in (select id from marked)`,
    "Its question was deleted",
    {
      before: sql`marked as (
        update prompts set deleted_at = now()
        where id = ${promptId}::bigint and deleted_at is null returning id
      ),`,
      select: sql`exists (select from marked) as is_marked`,
    },
  );
  return is_marked;
}

/** `select` is read beside the cancelled rows, `before` a step that comes first. */
async function cancelWhere<Row extends object>(
  condition: SQL,
  message: string,
  { before, select }: { before?: SQL; select: SQL },
): Promise<Row> {
  const [row] = await execute<Row>(sql`
    with ${before ?? sql``} active as (
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
    select ${select} from cancelled`);
  if (!row) throw new Error("cancelWhere: an aggregate gave no row");
  return row;
}
