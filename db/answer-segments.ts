import { type SQL, sql } from "drizzle-orm";

/** Days as YYYY-MM-DD, both included, in UTC. */
export type DayRange = { from: string; to: string };

/** Whose answers: of one prompt, and of one model or (null) all. */
export type Asked = { promptId: number; modelId: number | null };

/** What parts a line where it changes: answers before and after are never pooled (measuring.md, 8). */
export type BreakReason = "question" | "returned_model" | "settings" | "instructions";

/** For a timestamptz column: within these days. */
export const within = (column: SQL, { from, to }: DayRange): SQL => sql`
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
export const cells = (asked: Asked, range: DayRange): SQL => sql`
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
 */
export const breaks = ({ promptId }: Asked, { from }: DayRange): SQL => sql`
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
    select c.day, c.model_id, thing.reason from compared c
    join responses now on now.id = c.sample join responses was on was.id = c.sample_before
    cross join lateral (values
      ('question', now.prompt_version <> was.prompt_version),
      ('returned_model', now.returned_model is distinct from was.returned_model),
      ('settings', now.settings <> was.settings),
      ('instructions', now.instructions_version <> was.instructions_version)) as thing(reason, changed)
    where c.signature <> c.signature_before and thing.changed
  )`;

/**
 * The `with` steps `mention` and `root`, of a step of cells. `mention` has the names in their answers,
 * with these columns of a cell `c` and a name `re`, and no others: it has many rows;
 * `root` tells as what each of those names counts (entity_roots), but for what is ignored, and whether
 * another of them counts as the same, so that an answer may have it twice.
 */
export const mentions = (step: SQL, columns: SQL): SQL => sql`
  mention as materialized (
    select ${columns}, re.response_id, re.entity_id
    from ${step} c join response_entities re on re.response_id = any(c.ids)
  ), root as materialized (
    select roots.entity_id, roots.root_id, count(*) over (partition by roots.root_id) > 1 as shared
    from entity_roots roots
    join entities e on e.id = roots.root_id and e.state <> 'ignored'
    where roots.entity_id in (select distinct entity_id from mention)
  )`;

/**
 * A query of in how many answers of each group of `mention` an entity is named: root_id, the columns
 * of the group, k. Only what may be in an answer twice is sought in each answer.
 */
export const countNames = (group: SQL): SQL => sql`
  select root_id, ${group}, count(*) as k from mention join root using (entity_id)
  where not shared group by root_id, ${group}
  union all
  select root_id, ${group}, count(*) from (
    select distinct root_id, ${group}, response_id from mention join root using (entity_id)
    where shared) once
  group by root_id, ${group}`;
