import { sql } from "drizzle-orm";
import { breaks, cells, countNames, type DayRange, isAsked, within } from "./answer-segments";
import { execute } from "./client";
import type { Provider } from "./schema";

/** What one model answered to a prompt. */
export type ModelAnswers = {
  model: { id: number; provider: Provider; name: string; label: string };
  /** The first day that is counted; null where there is no answer. */
  since: string | null;
  n: number;
  /** Of them, those that name something that counts. */
  named: number;
  /** In how many of them each entity is named. */
  entities: { id: number; name: string; k: number }[];
  /** By what its batches' answers name first, or that they name nothing: so many batches of such counts. */
  patterns: { counts: number[]; batches: number }[];
  /** Of the jobs made in the range. */
  failed: number;
  refused: number;
  /** Null: unknown. */
  costUsd: number | null;
};

/**
 * Each model that was asked in these days, oldest first, by its answers since its last break: those
 * before were to something else (answer-segments.ts).
 */
export async function countModels(promptId: number, range: DayRange): Promise<ModelAnswers[]> {
  const asked = { promptId, modelId: null };
  const rows = await execute<Omit<ModelAnswers, "costUsd"> & { cost_usd: number | null }>(sql`
    with recursive ${cells(asked, range)}, ${breaks(asked, range)}, kept as materialized (
      select cell.model_id, cell.day, cell.ids from cell
      left join (select model_id, max(day) as day from break group by model_id) last
        on last.model_id = cell.model_id
      where last.day is null or cell.day >= last.day
    ), ${countNames(sql`kept`, sql`model_id`)}, answered as (
      select model_id, min(day)::text as since, sum(cardinality(ids)) as n from kept group by model_id
    ), entity as (
      select model_id, json_agg(json_build_object('id', e.id, 'name', e.name, 'k', k) order by e.id)
        as entities
      from counted join entities e on e.id = root_id group by model_id
    ), first_named as (
      select distinct on (response_id) response_id, model_id, root_id
      from mention join root using (entity_id) where not ignored order by response_id, rank
    ), batch as (
      select model_id, batch_key, array_agg(runs order by runs desc) as counts
      from (
        select kept.model_id, r.batch_key, f.root_id, count(*) as runs
        from (select model_id, unnest(ids) as id from kept) kept
        join responses r on r.id = kept.id
        left join first_named f on f.response_id = kept.id
        group by kept.model_id, r.batch_key, f.root_id) choice
      group by model_id, batch_key
    ), pattern as (
      select model_id, json_agg(json_build_object('counts', counts, 'batches', batches)) as patterns
      from (select model_id, counts, count(*) as batches from batch group by model_id, counts) alike
      group by model_id
    ), part as (
      select model_id, count(*) filter (where status = 'failed') as failed,
        count(*) filter (where status = 'failed' and error_code = 'refused') as refused,
        sum(cost_usd) as cost_usd
      from prompt_jobs where ${isAsked(asked)} and ${within(sql`created_at`, range)} group by model_id
      union all
      select model_id, failed, refused, cost_usd
      from batch_cells where ${isAsked(asked)} and ${within(sql`first_created_at`, range)}
    ), made as (
      select model_id, sum(failed) as failed, sum(refused) as refused, sum(cost_usd) as cost_usd
      from part group by model_id
    )
    select json_build_object('id', m.id, 'provider', m.provider, 'name', m.name, 'label', m.label)
        as model,
      since, coalesce(n, 0) as n,
      (select count(*) from first_named f where f.model_id = m.id) as named,
      coalesce(entities, '[]') as entities, coalesce(patterns, '[]') as patterns,
      coalesce(failed, 0) as failed, coalesce(refused, 0) as refused, cost_usd
    from models m
    left join answered on answered.model_id = m.id left join entity on entity.model_id = m.id
    left join pattern on pattern.model_id = m.id left join made on made.model_id = m.id
    where answered.model_id is not null or made.model_id is not null
    order by m.id`);
  return rows.map(({ cost_usd, ...row }) => ({ ...row, costUsd: cost_usd }));
}
