import { sql } from "drizzle-orm";
import { execute } from "../client";

/**
 * Skips up to `limit` queued jobs whose prompt or model is off, as their claim would: behind a pause
 * or a long backlog their turn might never come. Returns their ids.
 */
export async function skipInactiveJobs(limit: number): Promise<number[]> {
  const rows = await execute<{ id: number }>(sql`
    with inactive as (
      select j.id, m.active as model_active
      from prompt_jobs j join models m on m.id = j.model_id join prompts p on p.id = j.prompt_id
      where j.status = 'queued' and not (m.active and p.active and p.deleted_at is null)
      limit ${limit}::int
      for no key update of j skip locked
    )
    update prompt_jobs j set status = 'skipped', version = j.version + 1,
      finished_at = clock_timestamp(),
      error_code = case when inactive.model_active then 'prompt_inactive' else 'model_inactive' end,
      error_message = case when inactive.model_active
        then 'Its prompt is switched off or deleted' else 'Its model is switched off' end
    from inactive where j.id = inactive.id
    returning j.id`);
  return rows.map(({ id }) => id);
}
