import { sql } from "drizzle-orm";
import { countNames, type DayRange, utcDay, within } from "./answer-segments";
import { execute } from "./client";
import type { DailyCounts } from "./trend-queries";

/** A prompt's answers of some days, all its models together, as `countDays` counts them. */
export type PromptDays = Pick<DailyCounts, "days" | "entities" | "simulated"> & {
  promptId: number;
  slug: string;
  question: string;
  /** Days before and after which nothing may be pooled. */
  breaks: { date: string }[];
};

/**
 * The answers of these days to each prompt that isn't deleted, of one owner or all, in one statement;
 * prompts without any are left out. By the same rules as one prompt's trend: see answer-segments.ts.
 */
export async function countDaysOfAll(range: DayRange, ownerId?: string): Promise<PromptDays[]> {
  const isOwn = ownerId === undefined ? sql`true` : sql`p.owner_id = ${ownerId}`;
  // One prompt after the other, or the planner would read the wide rows instead of responses_trend.
  return execute<PromptDays>(sql`
    with recursive prompt as (
      select p.id, p.slug, p.question from prompts p where p.deleted_at is null and ${isOwn}
    ), answer as materialized (
      select prompt.id as prompt_id, r.model_id, r.day, r.signature, r.id, r.answered_at
      from prompt cross join lateral (
        select model_id, ${utcDay(sql`answered_at`)} as day, signature, id, answered_at
        from responses where prompt_id = prompt.id and ${within(sql`answered_at`, range)}) r
    ), signed as (
      select prompt_id, model_id, day, signature, array_agg(id) as ids, max(answered_at) as last_at,
        max(id) as sample
      from answer group by prompt_id, model_id, day, signature
    ), cell as materialized (
      select distinct on (prompt_id, model_id, day) prompt_id, model_id, day, signature, ids
      from signed order by prompt_id, model_id, day, last_at desc, sample desc
    ), earlier as (
      select m.prompt_id, m.model_id, last.*
      from (select distinct prompt_id, model_id from cell) m
      cross join lateral (
        select ${utcDay(sql`answered_at`)} as day, signature from responses r
        where r.prompt_id = m.prompt_id and r.model_id = m.model_id
          and r.answered_at < ${range.from}::date::timestamp at time zone 'UTC'
        order by r.answered_at desc, r.id desc limit 1) last
    ), compared as (
      select prompt_id, day, signature <> lag(signature) over by_day as changed
      from (select prompt_id, model_id, day, signature from earlier
        union all select prompt_id, model_id, day, signature from cell) answered
      window by_day as (partition by prompt_id, model_id order by day)
    ), break as (
      select prompt_id, json_agg(distinct jsonb_build_object('date', day)) as breaks
      from compared where changed group by prompt_id
    ), ${countNames(sql`cell`, sql`prompt_id, day`)},
    daily as materialized (
      select prompt_id, day, sum(cardinality(ids)) as n,
        row_number() over (partition by prompt_id order by day) - 1 as index
      from cell group by prompt_id, day
    ), days as (
      select prompt_id, json_agg(json_build_object('day', day, 'n', n) order by day) as days
      from daily group by prompt_id
    ), entity as (
      select prompt_id, root_id as id, array_agg(index order by index) as "dayIndexes",
        array_agg(k order by index) as counts
      from counted join daily using (prompt_id, day) group by prompt_id, root_id
    ), named as (
      select entity.prompt_id, json_agg(json_build_object('id', entity.id, 'name', e.name,
        'dayIndexes', "dayIndexes", 'counts', counts) order by entity.id) as entities
      from entity join entities e on e.id = entity.id group by entity.prompt_id
    )
    select prompt.id as "promptId", prompt.slug, prompt.question, days.days,
      coalesce(named.entities, '[]') as entities, coalesce(break.breaks, '[]') as breaks,
      exists (select from cell join models m on m.id = cell.model_id
        where cell.prompt_id = prompt.id and m.provider = 'simulated') as simulated
    from prompt join days on days.prompt_id = prompt.id
    left join named on named.prompt_id = prompt.id
    left join break on break.prompt_id = prompt.id
    order by prompt.id`);
}
