import { type SQL, sql } from "drizzle-orm";
import { execute, idsOf } from "../client";
import { isActive, type JobFilter, matching } from "../job-filter";

/** What came of a change of many jobs: how many its filter names, and which of them moved. */
export type Moved = { matched: number; changedIds: number[] };

/**
 * Cancels a queued or processing job. A running one loses its claim, and so its places, at once:
 * whatever its call still brings is not stored. Its attempt is listed, as it may have been paid for.
 * False: it was final, or there is no such job, or it isn't the given owner's.
 */
export async function cancelJob(jobId: number, of: { ownerId?: string } = {}): Promise<boolean> {
  const { changedIds } = await cancelJobs({ ...of, jobId });
  return changedIds.length > 0;
}

/** Cancels every job that matches and is queued or processing, as `cancelJob` does. */
export async function cancelJobs(filter: JobFilter): Promise<Moved> {
  const condition = matching(filter) ?? sql`false`;
  const [row] = await execute<{ matched: number; changed_ids: number[] }>(sql`
    with ${cancelWhere(condition, "Cancelled by hand")}
    select (select count(*) from prompt_jobs where ${condition}) as matched,
      ${idsOf(sql`cancelled`)} as changed_ids`);
  if (!row) throw new Error("cancelJobs: a select without from gave no row");
  return { matched: row.matched, changedIds: row.changed_ids };
}

/**
 * Marks a prompt deleted, so that its slug is free, and cancels its active jobs as `cancelJob` does, in
 * the same statement. Its jobs and answers stay. Returns the cancelled ones; null: it was gone already.
 */
export async function deletePrompt(promptId: number): Promise<number[] | null> {
  const message = "Its question was deleted";
  const [row] = await execute<{ is_marked: boolean; cancelled_ids: number[] }>(sql`
    with marked as (
      update prompts set deleted_at = now()
      where id = ${promptId}::bigint and deleted_at is null returning id
    ), ${cancelWhere(sql`prompt_id in (select id from marked)`, message)}
    select exists (select from marked) as is_marked, ${idsOf(sql`cancelled`)} as cancelled_ids`);
  // What a run made while this waited for the prompt's row wasn't in its snapshot. Now none can follow.
  const late = await execute<{ id: number }>(sql`
    with ${cancelWhere(sql`prompt_id = ${promptId}::bigint`, message)} select id from cancelled`);
  return row?.is_marked ? [...row.cancelled_ids, ...late.map(({ id }) => id)] : null;
}

/** The steps of a cancel, to follow `with`; the cancelled rows are `cancelled`. */
const cancelWhere = (condition: SQL, message: string) => sql`
  active as (
    select id, status, model_id, claim_token, claim_count, started_at from prompt_jobs
    where ${condition} and ${isActive}
    order by id for update
  ), cancelled as (
    update prompt_jobs j set status = 'cancelled', version = j.version + 1,
      claim_token = null, lease_expires_at = null, finished_at = clock_timestamp(),
      error_code = 'cancelled', error_message = ${message}
    from active where j.id = active.id
    returning j.id
  ), attempts as (
    insert into job_attempts (job_id, attempt, model_id, claim_token, started_at, finished_at, outcome,
      error_code, error_message, may_have_been_paid)
    select id, claim_count, model_id, claim_token, started_at, clock_timestamp(), 'cancelled',
      'cancelled', ${message}, true
    from active where status = 'processing'
    on conflict do nothing
  ), costs as (
    update call_costs set settled = true where claim_token in (select claim_token from active)
  )`;
