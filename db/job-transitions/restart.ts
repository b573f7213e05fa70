import { sql } from "drizzle-orm";
import { execute, idsOf } from "../client";
import { isRestartable, type JobFilter, matching } from "../job-filter";
import { PRIORITY } from "../job-status";
import type { Moved } from "./cancel";
import { activeTwinOf } from "./enqueue-job";

/**
 * All its attempts to come; earlier ones stay listed, and what they cost stays counted. A person asked
 * for it now, so it goes before what is scheduled, and is the only active job of its reference.
 */
const startAfresh = (maxAttempts: number) => sql`
  status = 'queued', version = version + 1, attempt_count = 0, max_attempts = ${maxAttempts}::int,
  priority = greatest(priority, ${PRIORITY.onDemand}::smallint), sole_reference = reference,
  error_code = null, error_message = null, scheduled_for = clock_timestamp(), dispatched_at = null,
  started_at = null, finished_at = null`;

/** What came of a restart; null: the job is in another state, or there is none. */
export type Restarted = { outcome: "restarted" } | { outcome: "conflict"; twinId: number } | null;

/**
 * Queues a failed, cancelled or skipped job again, unless another job is active under its reference.
 * One that becomes so meanwhile violates prompt_jobs_sole_reference_unique.
 */
export async function restartJob(jobId: number, maxAttempts: number): Promise<Restarted> {
  const [row] = await execute<{ is_restarted: boolean; twin_id: number | null }>(sql`
    with twin as (
      select prompt_jobs.id from prompt_jobs join prompt_jobs j on j.id = ${jobId}::bigint
      where ${activeTwinOf(sql`j.owner_id`, sql`j.reference`)} and prompt_jobs.id <> j.id
      order by prompt_jobs.id limit 1
    ), restarted as (
      update prompt_jobs set ${startAfresh(maxAttempts)}
      where id = ${jobId}::bigint and ${isRestartable} and not exists (select from twin)
      returning id
    )
    select exists (select from restarted) as is_restarted,
      (select twin.id from twin, prompt_jobs where prompt_jobs.id = ${jobId}::bigint and ${isRestartable})
        as twin_id`);
  if (row?.is_restarted) return { outcome: "restarted" };
  return row?.twin_id ? { outcome: "conflict", twinId: row.twin_id } : null;
}

/**
 * Restarts every job that matches and can be: failed, cancelled or skipped, with prompt and model on, no
 * other active under its reference, and the newest of those that share one. Violates the same index.
 */
export async function restartJobs(filter: JobFilter, maxAttempts: number): Promise<Moved> {
  // Locked in order of id, as the cancel does, so that no two deadlock.
  const [row] = await execute<{ matched: number; changed_ids: number[] }>(sql`
    with matched as (
      select * from prompt_jobs where ${matching(filter) ?? sql`false`}
    ), candidate as (
      select prompt_jobs.id, prompt_jobs.owner_id, prompt_jobs.reference, row_number() over (
        partition by coalesce(prompt_jobs.owner_id, ''), prompt_jobs.reference
        order by prompt_jobs.id desc) as place
      from matched as prompt_jobs
      join prompts p on p.id = prompt_jobs.prompt_id join models m on m.id = prompt_jobs.model_id
      where ${isRestartable} and p.active and p.deleted_at is null and m.active
    ), chosen as (
      select id from candidate j
      where j.reference is null or j.place = 1 and not exists (
        select from prompt_jobs where ${activeTwinOf(sql`j.owner_id`, sql`j.reference`)})
    ), held as (
      select j.id, j.status from chosen join prompt_jobs j on j.id = chosen.id
      order by j.id for update of j
    ), restarted as (
      -- As they are locked, so by id alone: where the planner knows too little of the states, a
      -- condition on them here has it compare each job with each chosen one.
      update prompt_jobs set ${startAfresh(maxAttempts)}
      from (select prompt_jobs.id from held as prompt_jobs where ${isRestartable}) free
      where prompt_jobs.id = free.id
      returning prompt_jobs.id
    )
    select (select count(*) from matched) as matched, ${idsOf(sql`restarted`)} as changed_ids`);
  if (!row) throw new Error("restartJobs: an aggregate gave no row");
  return { matched: row.matched, changedIds: row.changed_ids };
}
