import { type SQL, sql } from "drizzle-orm";
import {
  type Asked,
  type BreakReason,
  breaks,
  cells,
  countNames,
  type DayRange,
  isAsked,
  utcDay,
  within,
} from "./answer-segments";
import { execute } from "./client";

/** A prompt's answers, counted by UTC day; days as YYYY-MM-DD, in order. */
export type DailyCounts = {
  /** Each day with answers, and how many. */
  days: { day: string; n: number }[];
  /** Each entity that is named, oldest first, and in how many answers on which of `days`, by index. */
  entities: { id: number; name: string; dayIndexes: number[]; counts: number[] }[];
  breaks: { date: string; modelId: number; reason: BreakReason }[];
  simulated: boolean;
};

/** The same as a query of one row, for each prompt and range that a query around it has. */
export const selectDailyCounts = (asked: Asked, range: Parameters<typeof cells>[1]): SQL => sql`
    with recursive ${cells(asked, range)}, ${breaks(asked, range)},
    ${countNames(sql`cell`, sql`day`)},
    daily as materialized (
      select day, sum(cardinality(ids)) as n, row_number() over (order by day) - 1 as index
      from cell group by day
    ), entity as (
      select id, name, "dayIndexes", counts from (
        select root_id, array_agg(index order by index) as "dayIndexes",
          array_agg(k order by index) as counts
        from counted join daily using (day) group by root_id
      ) named join entities on id = root_id
    )
    select
      (select coalesce(json_agg(json_build_object('day', day, 'n', n) order by day), '[]')
        from daily) as days,
      (select coalesce(json_agg(entity order by id), '[]') from entity) as entities,
      (select coalesce(json_agg(json_build_object('date', day, 'modelId', model_id, 'reason', reason)
        order by day, model_id, reason), '[]') from break) as breaks,
      exists (select from cell join models m on m.id = cell.model_id
        where m.provider = 'simulated') as simulated`;

/** The answers of these days by day, and where their line breaks: see answer-segments.ts. */
export async function countDays(asked: Asked, range: DayRange): Promise<DailyCounts> {
  const [row] = await execute<DailyCounts>(selectDailyCounts(asked, range));
  return row ?? { days: [], entities: [], breaks: [], simulated: false };
}

/**
 * The names that most of a prompt's answers give, most first, in all its life and of all its models:
 * whatever part of it is looked at, they stay the same.
 */
export async function listMostNamed(promptId: number, limit: number) {
  return execute<{ id: number; name: string }>(sql`
    with recursive cell as (
      select model_id, array_agg(id) as ids from responses
      where ${isAsked({ promptId, modelId: null })} group by model_id
    ), ${countNames(sql`cell`, sql`model_id`)}
    select id, name from (
      select root_id as id, sum(k) as k from counted group by root_id
      order by k desc, id limit ${limit}::int) most
    join entities e using (id) order by most.k desc, id`);
}

/** What was to be asked on a UTC day, by when the jobs were made. */
export type Coverage = {
  date: string;
  /** All its jobs: the skipped and cancelled ones, which were never answered, and those to come too. */
  planned: number;
  answered: number;
  failed: number;
  /** Of the failed ones. */
  refused: number;
};

/** The days on which jobs were made, oldest first; from the jobs, and what pruned ones left behind. */
export async function countCoverage(asked: Asked, range: DayRange): Promise<Coverage[]> {
  return execute<Coverage>(sql`
    with part as (
      select ${utcDay(sql`created_at`)} as date, count(*) as planned,
        count(*) filter (where status = 'succeeded') as answered,
        count(*) filter (where status = 'failed') as failed,
        count(*) filter (where status = 'failed' and error_code = 'refused') as refused
      from prompt_jobs where ${isAsked(asked)} and ${within(sql`created_at`, range)}
      group by date
      union all
      select ${utcDay(sql`first_created_at`)}, planned, answered, failed, refused
      from batch_cells where ${isAsked(asked)} and ${within(sql`first_created_at`, range)}
    )
    select date::text, sum(planned) as planned, sum(answered) as answered, sum(failed) as failed,
      sum(refused) as refused
    from part group by part.date order by part.date`);
}
