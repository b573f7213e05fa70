import { type SQL, sql } from "drizzle-orm";
import { execute } from "./client";

/** The days that a page of models adds up, today (UTC) included. */
const DAYS = 28;

/** What a model does now and did in 28 days. */
export type ModelFigures = {
  modelId: number;
  /** Its jobs in `processing`, everybody's. */
  inUse: number;
  answers: number;
  /** US dollars, as far as they are known; null: of no call. */
  costUsd: number | null;
  unpricedCalls: number;
  /** The provider asked to be called no sooner; null: it may be called. */
  rateLimitedUntil: Date | null;
};

type Row = Omit<ModelFigures, "rateLimitedUntil"> & { rateLimitedUntil: string | null };

const firstDay = sql`(now() at time zone 'utc')::date - ${DAYS - 1}::int`;

/**
 * Of each model; answers and costs of one owner's prompts, or of all. Answers are counted prompt by
 * prompt, which needs no more than the index of trends.
 */
export async function readModelFigures(ownerId: string | undefined): Promise<ModelFigures[]> {
  const isOwn = (column: SQL) => (ownerId === undefined ? sql`true` : sql`${column} = ${ownerId}`);
  const rows = await execute<Row>(sql`
    with answered as (
      select counted.model_id, sum(counted.answers) as answers
      from prompts p cross join lateral (
        select r.model_id, count(*) as answers from responses r
        where r.prompt_id = p.id and r.answered_at >= (${firstDay})::timestamp at time zone 'utc'
        group by r.model_id
      ) counted
      where ${isOwn(sql`p.owner_id`)} group by 1
    ), spent as (
      select model_id, sum(usd) as usd, sum(unpriced_calls) as unpriced_calls
      from (
        select day, model_id, owner_id, usd, unpriced_calls from daily_costs
        union all
        select day, model_id, owner_id, usd, (usd is null)::int from call_costs where settled
      ) cost
      where day >= ${firstDay} and ${isOwn(sql`owner_id`)} group by 1
    ), running as (
      select model_id, count(*) as jobs from prompt_jobs where status = 'processing' group by 1
    )
    select m.id as "modelId", coalesce(running.jobs, 0)::int as "inUse",
      coalesce(answered.answers, 0)::int as answers, spent.usd::float8 as "costUsd",
      coalesce(spent.unpriced_calls, 0)::int as "unpricedCalls",
      case when m.rate_limited_until > now() then m.rate_limited_until end as "rateLimitedUntil"
    from models m
    left join running on running.model_id = m.id
    left join answered on answered.model_id = m.id
    left join spent on spent.model_id = m.id
    order by m.id`);
  return rows.map(({ rateLimitedUntil, ...row }) => ({
    ...row,
    rateLimitedUntil: rateLimitedUntil === null ? null : new Date(rateLimitedUntil),
  }));
}
