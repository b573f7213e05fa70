import { sql } from "drizzle-orm";
import { execute } from "../client";

/**
 * Deletes up to `limit` jobs that were finished more than `days` days ago, with their attempts, and
 * adds their figures to `batch_cells`: one statement, so nothing is counted twice or lost. Answers
 * stay. Returns the deleted jobs' ids.
 */
export async function pruneJobs(days: number, limit: number): Promise<number[]> {
  const rows = await execute<{ id: number }>(sql`
    with old as (
      select id from prompt_jobs
      where finished_at < now() - make_interval(days => ${days}::int)
      order by finished_at limit ${limit}::int
      for update skip locked
    ), deleted as (
      delete from prompt_jobs where id in (select id from old) returning *
    ), attempts as (
      delete from job_attempts where job_id in (select id from old)
    ), folded as (
      insert into batch_cells (prompt_id, model_id, batch_key, owner_id, planned, answered, failed,
        refused, cost_usd, first_created_at, last_finished_at)
      select prompt_id, model_id, batch_key, min(owner_id), count(*),
        count(*) filter (where status = 'succeeded'), count(*) filter (where status = 'failed'),
        count(*) filter (where status = 'failed' and error_code = 'refused'),
        sum(cost_usd), min(created_at), max(finished_at)
      from deleted group by prompt_id, model_id, batch_key
      -- In one order, so that no two prunes deadlock over their cells.
      order by prompt_id, model_id, batch_key
      on conflict (prompt_id, model_id, batch_key) do update set
        planned = batch_cells.planned + excluded.planned,
        answered = batch_cells.answered + excluded.answered,
        failed = batch_cells.failed + excluded.failed,
        refused = batch_cells.refused + excluded.refused,
        cost_usd = case when batch_cells.cost_usd is null then excluded.cost_usd
          else batch_cells.cost_usd + coalesce(excluded.cost_usd, 0) end,
        first_created_at = least(batch_cells.first_created_at, excluded.first_created_at),
        last_finished_at = greatest(batch_cells.last_finished_at, excluded.last_finished_at)
    )
    select id from deleted`);
  return rows.map(({ id }) => id);
}
