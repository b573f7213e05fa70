import { sql } from "drizzle-orm";
import { execute, idsOf } from "../client";
import { PRIORITY } from "../job-status";
import { isLaterWindow, windowKey } from "../windows";

export type Enqueued = {
  jobsCreated: number;
  promptCount: number;
  /** The jobs of older windows that were skipped. */
  supersededIds: number[];
  /** The UTC day of the call. */
  day: string;
  batchKeys: string[];
};

/**
 * Enqueues every due prompt × its active models × its runs, marks the prompts' window, and skips
 * what is still queued from older windows: one statement, so all or nothing, and one round trip for
 * any number of jobs. Calls at once take turns at the prompts' rows, and each job is made once.
 * `at` stands in for the database's clock in tests.
 */
export async function enqueueDueJobs(options: {
  maxAttempts: number;
  at?: Date;
}): Promise<Enqueued> {
  const now = options.at ? sql`${options.at.toISOString()}::timestamptz` : sql`now()`;
  const [row] = await execute<{
    jobs_created: number;
    prompt_count: number;
    superseded_ids: number[];
    day: string;
    batch_keys: string[];
  }>(sql`
    with due as (
      select p.id, p.owner_id, p.runs, ${windowKey(now)} as batch_key
      from prompts p
      where p.active and p.deleted_at is null and p.frequency <> 'manual'
        and ${isLaterWindow(windowKey(now), sql`p.last_window`)}
        and exists (
          select from prompt_models pm join models m on m.id = pm.model_id and m.active
          where pm.prompt_id = p.id)
      order by p.id
      for no key update of p
    ), planned as (
      select due.id as prompt_id, m.id as model_id, run.index as run_index, due.batch_key, due.owner_id
      from due
      join prompt_models pm on pm.prompt_id = due.id
      join models m on m.id = pm.model_id and m.active
      cross join lateral generate_series(0, due.runs - 1) as run(index)
    ), enqueued as (
      insert into prompt_jobs
        (prompt_id, model_id, run_index, batch_key, owner_id, scheduled, priority, max_attempts)
      select prompt_id, model_id, run_index, batch_key, owner_id, true,
        ${PRIORITY.scheduled}::smallint, ${options.maxAttempts}::int
      from planned
      on conflict do nothing
      returning prompt_id, batch_key
    ), superseded as (
      update prompt_jobs j set
        status = 'skipped', version = j.version + 1, finished_at = now(), error_code = 'superseded',
        error_message = 'A newer window of the same question took its place'
      from planned
      where j.status = 'queued' and j.scheduled
        and ${isLaterWindow(sql`planned.batch_key`, sql`j.batch_key`)}
        and j.prompt_id = planned.prompt_id and j.model_id = planned.model_id
        and j.run_index = planned.run_index
      returning j.id
    ), marked as (
      update prompts p set last_window = due.batch_key, last_run_at = now()
      from due where p.id = due.id
    )
    select count(*) as jobs_created, count(distinct prompt_id) as prompt_count,
      ${idsOf(sql`superseded`)} as superseded_ids,
      to_char(${now} at time zone 'UTC', 'YYYY-MM-DD') as day,
      coalesce(json_agg(distinct batch_key order by batch_key), '[]') as batch_keys
    from enqueued`);
  if (!row) throw new Error("enqueueDueJobs: an aggregate gave no row");
  return {
    jobsCreated: row.jobs_created,
    promptCount: row.prompt_count,
    supersededIds: row.superseded_ids,
    day: row.day,
    batchKeys: row.batch_keys,
  };
}
