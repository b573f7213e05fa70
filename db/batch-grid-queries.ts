import { sql } from "drizzle-orm";
import { execute } from "./client";
import { JOB_STATUSES, type JobStatus } from "./job-status";
import type { Provider } from "./schema";

/** A question of a batch, and what became of its jobs by model. */
export type GridRow = {
  promptId: number;
  slug: string;
  question: string;
  cells: { modelId: number; counts: Record<JobStatus, number> }[];
};

export type GridModel = { id: number; name: string; label: string; provider: Provider };

/**
 * A page of a batch's questions, by id from `after` on, and all models that any of these asks; of one
 * owner or (null) of everybody. Deleted questions are there too: their jobs are.
 */
export async function readBatchGrid(
  { batchKey, ownerId }: { batchKey: string; ownerId: string | null },
  page: { limit: number; after: number },
): Promise<{ models: GridModel[]; rows: GridRow[] }> {
  const counts = JOB_STATUSES.map(
    (status) => sql`${status}::text, count(*) filter (where status = ${status})`,
  );
  const [row] = await execute<{ models: GridModel[]; rows: GridRow[] }>(sql`
    with cell as (
      select prompt_id, model_id, json_build_object(${sql.join(counts, sql`, `)}) as counts
      from prompt_jobs
      where batch_key = ${batchKey} and (${ownerId}::text is null or owner_id = ${ownerId})
        and prompt_id > ${page.after}::bigint
      group by prompt_id, model_id
    ), page as (
      select p.id, p.slug, p.question from prompts p
      where p.id in (select prompt_id from cell) order by p.id limit ${page.limit}::int
    )
    select
      (select coalesce(json_agg(json_build_object('id', m.id, 'name', m.name, 'label', m.label,
        'provider', m.provider) order by m.id), '[]') from models m
        where m.id in (select model_id from cell where prompt_id in (select id from page))) as models,
      (select coalesce(json_agg(json_build_object('promptId', page.id, 'slug', page.slug,
        'question', page.question, 'cells', (select json_agg(json_build_object('modelId', model_id,
        'counts', counts) order by model_id) from cell where prompt_id = page.id))
        order by page.id), '[]') from page) as rows`);
  return row ?? { models: [], rows: [] };
}
