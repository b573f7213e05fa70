import { sql } from "drizzle-orm";
import { execute } from "./client";

export type ModelSummary = {
  model: string;
  provider: string;
  succeeded: number;
  failed: number;
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
    seconds: number | null;
    cost_usd: number | null;
  }>(sql`
    select m.name as model, m.provider,
      count(*) filter (where j.status = 'succeeded') as succeeded,
      count(*) filter (where j.status = 'failed') as failed,
      percentile_cont(0.5) within group (order by extract(epoch from j.finished_at - j.started_at))
        as seconds,
      sum(j.cost_usd) as cost_usd
    from prompt_jobs j join models m on m.id = j.model_id
    where j.batch_key = ${batchKey}
    group by m.id order by m.id`);
  return rows.map(({ cost_usd, ...row }) => ({ ...row, costUsd: cost_usd }));
}

export type TopEntity = { slug: string; entity: string | null; named: number; answers: number };

/** The entity that most of a batch's answers to each prompt name: k of n; null where none is named. */
export async function topEntities(batchKey: string): Promise<TopEntity[]> {
  return execute<TopEntity>(sql`
    with answers as (
      select r.id, r.prompt_id from responses r where r.batch_key = ${batchKey}
    ), counted as (
      select a.prompt_id, re.entity_id, count(*) as named
      from answers a join response_entities re on re.response_id = a.id
      group by 1, 2
    ), leader as (
      select distinct on (prompt_id) * from counted order by prompt_id, named desc, entity_id
    )
    select p.slug, e.name as entity, coalesce(leader.named, 0) as named, n.answers
    from (select prompt_id, count(*) as answers from answers group by 1) n
    join prompts p on p.id = n.prompt_id
    left join leader using (prompt_id)
    left join entities e on e.id = leader.entity_id
    order by p.id`);
}
