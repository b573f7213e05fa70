import { type SQL, sql } from "drizzle-orm";
import { rootsOf } from "./entity-roots";

/** Days as YYYY-MM-DD, both included, in UTC. */
export type DayRange = { from: string; to: string };

/** The same as a query knows them. */
type Days = { from: string | SQL; to: string | SQL };

/** Whose answers: of one prompt, which may be a row's of a query around it, and of one model or (null) all. */
export type Asked = { promptId: number | SQL; modelId: number | null };

/** What parts a line where it changes: answers before and after are never pooled (measuring.md, 8). */
export type BreakReason = "question" | "returned_model" | "settings" | "instructions";

/** For a timestamptz column: within these days. */
export const within = (column: SQL, { from, to }: Days): SQL => sql`
  (${column} >= ${from}::date::timestamp at time zone 'UTC'
    and ${column} < (${to}::date + 1)::timestamp at time zone 'UTC')`;

export const utcDay = (column: SQL): SQL => sql`(${column} at time zone 'UTC')::date`;

const ofModel = ({ modelId }: Asked): SQL =>
  modelId === null ? sql`true` : sql`model_id = ${modelId}::bigint`;

/** For a table with prompt_id and model_id. */
export const isAsked = (asked: Asked): SQL =>
  sql`(prompt_id = ${asked.promptId}::bigint and ${ofModel(asked)})`;

/**
 * The `with` steps up to `cell`: a model's answers of a day, under the signature of the last of them.
 * What a model answered that day under another one is left out. Columns: model_id, day, signature,
 * `ids`, and `sample`, one of them.
 *
 * `answer` reads what the index responses_trend holds and no more: the rows are wide, and apart.
 */
export const cells = (asked: Asked, range: Days): SQL => sql`
  answer as materialized (
    select model_id, ${utcDay(sql`answered_at`)} as day, signature, id, answered_at
    from responses where ${isAsked(asked)} and ${within(sql`answered_at`, range)}
  ), signed as (
    select model_id, day, signature, array_agg(id) as ids, max(answered_at) as last_at, max(id) as sample
    from answer group by model_id, day, signature
  ), cell as materialized (
    select distinct on (model_id, day) model_id, day, signature, ids, sample
    from signed order by model_id, day, last_at desc, sample desc
  )`;

/**
 * The `with` step `break`, after `cell`: each day on which a model answers under another signature than
 * on the last day before with answers, the one before the range included; a row for each thing changed.
 * Columns: day, model_id, reason, and an answer of that day and of the one before (sample, sample_before).
 */
export const breaks = ({ promptId }: Asked, { from }: Pick<Days, "from">): SQL => sql`
  earlier as (
    select m.model_id, last.* from (select distinct model_id from cell) m
    cross join lateral (
      select ${utcDay(sql`answered_at`)} as day, signature, id as sample from responses r
      where r.prompt_id = ${promptId}::bigint and r.model_id = m.model_id
        and r.answered_at < ${from}::date::timestamp at time zone 'UTC'
      order by r.answered_at desc, r.id desc limit 1) last
  ), compared as (
    select model_id, day, sample, signature, lag(sample) over by_day as sample_before,
      lag(signature) over by_day as signature_before
    from (select model_id, day, signature, sample from earlier
      union all select model_id, day, signature, sample from cell) answered
    window by_day as (partition by model_id order by day)
  ), break as (
    select c.day, c.model_id, thing.reason, c.sample, c.sample_before from compared c
    join responses now on now.id = c.sample join responses was on was.id = c.sample_before
    cross join lateral (values
      ('question', now.prompt_version <> was.prompt_version),
      ('returned_model', now.returned_model is distinct from was.returned_model),
      ('settings', now.settings <> was.settings),
      ('instructions', now.instructions_version <> was.instructions_version)) as thing(reason, changed)
    where c.signature <> c.signature_before and thing.changed
  )`;

/** The ids of a group of them, in order, so that their names lie together. */
const grouped = (step: SQL, group: SQL): SQL => sql`
  (select ${group}, array_agg(id order by id) as ids
    from (select ${group}, unnest(ids) as id from ${step}) answer group by ${group})`;

/**
 * The `with recursive` steps up to `counted`, of a step of cells: in how many answers of each group (a
 * column of the cells) an entity is named. Columns: root_id, the group, k.
 *
 * A name counts as what it is merged into (entity-roots.ts), and not at all where that is ignored. Only
 * names that share what they count as are sought within each answer, which may have two of them.
 */
export const countNames = (step: SQL, group: SQL): SQL => sql`
  mention as not materialized (
    select c.${group}, re.response_id, re.entity_id, re.rank
    from ${grouped(step, group)} c join response_entities re on re.response_id = any(c.ids)
  ), per_name as materialized (
    select entity_id, ${group}, count(*) as k from mention group by entity_id, ${group}
  ), ${rootsOf(sql`select entity_id from per_name`)}, counted as (
    select root_id, ${group}, k from per_name join root using (entity_id)
    where not ignored and not shared
    union all
    select root_id, ${group}, count(*) from (
      select distinct root_id, ${group}, response_id from mention join root using (entity_id)
      where not ignored and shared and exists (select from root where shared)) once
    group by root_id, ${group}
  )`;
