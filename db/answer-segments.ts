import { type SQL, sql } from "drizzle-orm";

/** Days as YYYY-MM-DD, both included, in UTC. */
export type DayRange = { from: string; to: string };

/** Whose answers: of one prompt, and of one model or (null) all. */
export type Asked = { promptId: number; modelId: number | null };

/** What sets answers apart that must never be pooled (measuring.md, 8), by the word for its change. */
const SIGNATURE = sql.raw("prompt_version, returned_model, settings, instructions_version");

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
 * The `with` steps `cell`: a model's answers of a day, under the signature of the last of them. What a
 * model answered that day under another one is left out. Columns: model_id, day, the signature, `ids`.
 */
export const cells = (asked: Asked, range: DayRange): SQL => sql`
  signed as (
    select model_id, ${utcDay(sql`answered_at`)} as day, ${SIGNATURE}, array_agg(id) as ids,
      max(answered_at) as last_at, max(id) as last_id
    from responses where ${isAsked(asked)} and ${within(sql`answered_at`, range)}
    group by model_id, day, ${SIGNATURE}
  ), cell as materialized (
    select distinct on (model_id, day) model_id, day, ${SIGNATURE}, ids
    from signed order by model_id, day, last_at desc, last_id desc
  )`;

/**
 * The `with` step `break`, after `cell`: each day on which a model answers under another signature than
 * on the last day before with answers, the one before the range included; a row for each thing changed.
 */
export const breaks = ({ promptId }: Asked, { from }: DayRange): SQL => sql`
  earlier as (
    select m.model_id, last.* from (select distinct model_id from cell) m
    cross join lateral (
      select ${utcDay(sql`answered_at`)} as day, ${SIGNATURE} from responses r
      where r.prompt_id = ${promptId}::bigint and r.model_id = m.model_id
        and r.answered_at < ${from}::date::timestamp at time zone 'UTC'
      order by r.answered_at desc, r.id desc limit 1) last
  ), compared as (
    select model_id, day, lag(day) over by_day as day_before,
      prompt_version is distinct from lag(prompt_version) over by_day as question,
      returned_model is distinct from lag(returned_model) over by_day as returned_model,
      settings is distinct from lag(settings) over by_day as settings,
      instructions_version is distinct from lag(instructions_version) over by_day as instructions
    from (select model_id, day, ${SIGNATURE} from earlier
      union all select model_id, day, ${SIGNATURE} from cell) answered
    window by_day as (partition by model_id order by day)
  ), break as (
    select day, model_id, reason from compared
    cross join lateral (values ('question', question), ('returned_model', returned_model),
      ('settings', settings), ('instructions', instructions)) as thing(reason, changed)
    where changed and day_before is not null
  )`;

/**
 * The `with` step `named`, of a step of cells: which entity each answer names, as what its name counts
 * (entity_roots), once where it names two aliases. Ignored ones are left out. Columns: model_id, day,
 * response_id, root_id, `rank` of the best of its names.
 */
export const named = (step: SQL): SQL => sql`
  named as materialized (
    select answer.model_id, answer.day, re.response_id, roots.root_id, min(re.rank) as rank
    from (select model_id, day, unnest(ids) as id from ${step}) answer
    join response_entities re on re.response_id = answer.id
    join entity_roots roots on roots.entity_id = re.entity_id
    join entities root on root.id = roots.root_id and root.state <> 'ignored'
    group by answer.model_id, answer.day, re.response_id, roots.root_id
  )`;
