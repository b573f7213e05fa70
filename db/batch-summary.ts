import { sql } from "drizzle-orm";
import { execute } from "./client";

export type ModelSummary = {
  model: string;
  provider: string;
  succeeded: number;
  failed: number;
  /** The most frequent error code among the failed; null where none failed. */
  mostlyFailedBy: string | null;
  /** Median seconds from claim to outcome; null where nothing finished. */
  seconds: number | null;
  costUsd: number | null;
};

/** How each model did in a batch. */
export async function summariseModels(batchKey: string): Promise<ModelSummary[]> {
  const rows = await execute<{
    model: string;
    provider: string;
    succeeded: number;
    failed: number;
    mostly_failed_by: string | null;
    seconds: number | null;
    cost_usd: number | null;
  }>(sql`
    select m.name as model, m.provider,
      count(*) filter (where j.status = 'succeeded') as succeeded,
      count(*) filter (where j.status = 'failed') as failed,
      mode() within group (order by j.error_code) filter (where j.status = 'failed')
        as mostly_failed_by,
      percentile_cont(0.5) within group (order by extract(epoch from j.finished_at - j.started_at))
        as seconds,
      sum(j.cost_usd) as cost_usd
    from prompt_jobs j join models m on m.id = j.model_id
    where j.batch_key = ${batchKey}
    group by m.id order by m.id`);
  return rows.map(({ cost_usd, mostly_failed_by, ...row }) => ({
    ...row,
    costUsd: cost_usd,
    mostlyFailedBy: mostly_failed_by,
  }));
}

export type TopEntity = { slug: string; entity: string | null; named: number; answers: number };

/** What most of a batch's answers to each prompt name, ties joined: k of n; null where none is named. */
export async function topEntities(batchKey: string): Promise<TopEntity[]> {
  return execute<TopEntity>(sql`
    with answers as (
      select r.id, r.prompt_id from responses r where r.batch_key = ${batchKey}
    ), counted as (
      select a.prompt_id, re.entity_id, count(*) as named
      from answers a join response_entities re on re.response_id = a.id
      group by 1, 2
    ), leader as (
      select prompt_id, named, string_agg(e.name, ', ' order by e.id) as entity
      from (select *, max(named) over (partition by prompt_id) as most from counted) c
      join entities e on e.id = c.entity_id
      where named = most group by prompt_id, named
    )
    select p.slug, leader.entity, coalesce(leader.named, 0) as named, n.answers
    from (select prompt_id, count(*) as answers from answers group by 1) n
    join prompts p on p.id = n.prompt_id
    left join leader using (prompt_id)
    order by p.id`);
}
