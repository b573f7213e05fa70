import { type SQL, sql } from "drizzle-orm";
import { arrayLiteral, execute } from "./client";
import type { Frequency } from "./schema";
import { type DailyCounts, selectDailyCounts } from "./trend-queries";
import { nextRunAt } from "./windows";

/** Which questions a list is of; what isn't given doesn't matter. */
export type QuestionFilter = {
  /** Everybody's without it. */
  ownerId?: string | undefined;
  /** A part of the question, its slug, category or a tag, in any case. */
  search?: string | undefined;
  category?: string | undefined;
  modelId?: number | undefined;
  frequency?: Frequency | undefined;
  active?: boolean | undefined;
};

/** What the database sorts by itself. */
export const STORED_ORDERS = [
  "id",
  "question",
  "active",
  "next",
  "size",
  "frequency",
  "last",
] as const;
export type StoredOrder = (typeof STORED_ORDERS)[number];

export type QuestionRow = {
  id: number;
  slug: string;
  /** Another owner's question has this slug too: only the id names it. */
  isAmbiguous: boolean;
  question: string;
  frequency: Frequency;
  runs: number;
  active: boolean;
  lastRunAt: Date | null;
  nextRunAt: Date | null;
  /** Its models that are on. */
  models: number;
};

/** Questions in an order; where the page of them begins and how many there are in all. */
export type QuestionPage = { rows: QuestionRow[]; before: number; total: number };

/** How many of a question's models are on, for a `prompts` row named `p`. */
const MODELS_ON = sql`(
  select count(*) from prompt_models pm join models m on m.id = pm.model_id
  where pm.prompt_id = p.id and m.active)`;

const ORDERS: Readonly<Record<StoredOrder, SQL>> = {
  id: sql`p.id`,
  question: sql`lower(p.question)`,
  active: sql`p.active`,
  next: nextRunAt(),
  size: sql`p.runs * ${MODELS_ON}`,
  frequency: sql`array_position(array['hourly', 'daily', 'weekly', 'monthly', 'once', 'manual'], p.frequency)`,
  last: sql`p.last_run_at`,
};

/**
 * The `with` steps up to `matching`: the questions of the filter. A slug is ambiguous among all that the
 * owner sees, filtered or not.
 */
const matching = (filter: QuestionFilter): SQL => {
  const { ownerId, search, category, modelId, frequency, active } = filter;
  const has = (column: SQL) => sql`position(lower(${search ?? ""}) in lower(${column})) > 0`;
  const conditions = [
    sql`true`,
    ...(search === undefined
      ? []
      : [
          sql`(${has(sql`p.question`)} or ${has(sql`p.slug`)} or ${has(sql`coalesce(p.category, '')`)}
            or ${has(sql`array_to_string(p.tags, ' ')`)})`,
        ]),
    ...(category === undefined ? [] : [sql`p.category = ${category}`]),
    ...(modelId === undefined
      ? []
      : [
          sql`exists (select from prompt_models pm
            where pm.prompt_id = p.id and pm.model_id = ${modelId}::bigint)`,
        ]),
    ...(frequency === undefined ? [] : [sql`p.frequency = ${frequency}`]),
    ...(active === undefined ? [] : [sql`p.active = ${active}`]),
  ];
  return sql`
    visible as (
      select *, count(*) over (partition by slug) > 1 as ambiguous from prompts
      where deleted_at is null and (${ownerId ?? null}::text is null or owner_id = ${ownerId ?? null}::text)
    ), matching as (
      select p.* from visible p where ${sql.join(conditions, sql` and `)}
    )`;
};

/** `among`: none but these, by their ids; `given` is the order in which they come there. */
export type QuestionOrder =
  | { by: StoredOrder; descending: boolean; among?: readonly number[] }
  | { by: "given"; among: readonly number[] };

/**
 * The page of them that begins after the question with the id `after` (null: at the first). What has no
 * value to be sorted by comes last.
 */
export async function listQuestions(
  filter: QuestionFilter,
  order: QuestionOrder,
  page: { limit: number; after: number | null },
): Promise<QuestionPage> {
  const among = order.among && sql`${arrayLiteral(order.among)}::bigint[]`;
  const by =
    order.by === "given"
      ? sql`array_position(${among}, p.id)`
      : sql`${ORDERS[order.by]} ${order.descending ? sql`desc` : sql`asc`} nulls last, p.id desc`;
  const rows = await execute<
    Omit<QuestionRow, "lastRunAt" | "nextRunAt"> & {
      last_run_at: string | null;
      next_run_at: string | null;
      before: number;
      total: number;
    }
  >(sql`
    with ${matching(filter)}, placed as (
      select p.*, row_number() over (order by ${by}) as place, count(*) over () as total
      from matching p where ${among ? sql`p.id = any(${among})` : sql`true`}
    ), start as (
      select coalesce((select place from placed where id = ${page.after}::bigint), 0) as before
    )
    select id, slug, ambiguous as "isAmbiguous", question, frequency, runs, active, last_run_at,
      ${nextRunAt()} as next_run_at, ${MODELS_ON} as models, before, total
    from placed p, start where place > before order by place limit ${page.limit}::int`);
  return {
    rows: rows.map(({ last_run_at, next_run_at, before: _, total: __, ...row }) => ({
      ...row,
      lastRunAt: toDate(last_run_at),
      nextRunAt: toDate(next_run_at),
    })),
    before: rows[0]?.before ?? 0,
    total: rows[0]?.total ?? 0,
  };
}

const toDate = (text: string | null) => (text === null ? null : new Date(text));

/** All questions of the filter, newest first, in brief: to be reckoned with, or put in an order of one's own. */
export async function listAllQuestions(filter: QuestionFilter) {
  return execute<Pick<QuestionRow, "id" | "slug" | "question" | "frequency" | "runs">>(sql`
    with ${matching(filter)}
    select id, slug, question, frequency, runs from matching order by id desc`);
}

/** How many questions there are in all, how many of them are this user's, and their categories. */
export async function summariseQuestions(sight: { ownerId?: string }, userId: string) {
  const owner = sight.ownerId ?? null;
  const [row] = await execute<{ total: number; own: number; categories: string[] }>(sql`
    select count(*) as total, count(*) filter (where owner_id = ${userId}) as own,
      coalesce(json_agg(distinct category) filter (where category is not null), '[]') as categories
    from prompts where deleted_at is null and (${owner}::text is null or owner_id = ${owner}::text)`);
  return row ?? { total: 0, own: 0, categories: [] };
}

/**
 * The answers of each of these questions, as `countDays` counts them: of the days up to its last one with
 * answers, from the earlier one of `since` and 7 days before that end. None of a question without answers.
 */
export async function countLastDays(
  promptIds: readonly number[],
  since: string,
): Promise<(DailyCounts & { promptId: number })[]> {
  return execute(sql`
    select asked.id as "promptId", counted.*
    from (
      select p.id, l.last_day from unnest(${arrayLiteral(promptIds)}::bigint[]) p(id)
      cross join lateral (
        select (r.answered_at at time zone 'UTC')::date as last_day from responses r
        where r.prompt_id = p.id order by r.answered_at desc limit 1) l
    ) asked
    cross join lateral (${selectDailyCounts(
      { promptId: sql`asked.id`, modelId: null },
      { from: sql`least(asked.last_day - 6, ${since}::date)`, to: sql`asked.last_day` },
    )}) counted`);
}

/** What goes with a question when it is deleted: its jobs that aren't final, and its answers. */
export async function countOfQuestion(promptId: number) {
  const [row] = await execute<{ activeJobs: number; answers: number }>(sql`
    select (select count(*) from prompt_jobs
        where prompt_id = ${promptId}::bigint and status in ('queued', 'processing')) as "activeJobs",
      (select count(*) from responses where prompt_id = ${promptId}::bigint) as answers`);
  return row ?? { activeJobs: 0, answers: 0 };
}
