import { sql } from "drizzle-orm";
import type { DayRange } from "./answer-segments";
import { execute } from "./client";

/** What calls cost in US dollars, as far as it is known, and of how many nobody knows. */
type Spent = { costUsd: number; unpricedCalls: number };

/** Prompts and models beyond these would be a page of its own. */
const MOST_LISTED = 100;

/** All calls whose cost is settled, wherever it is kept by now. */
const settled = ({ from, to }: DayRange, ownerId: string | undefined) => sql`
  select * from (
    select day, prompt_id, model_id, owner_id, usd, unpriced_calls from daily_costs
    union all
    select day, prompt_id, model_id, owner_id, coalesce(usd, 0), (usd is null)::int
    from call_costs where settled
  ) c
  where day between ${from}::date and ${to}::date
    and (${ownerId ?? null}::text is null or owner_id = ${ownerId ?? null}::text)`;

const spent = sql`sum(usd)::float8 as "costUsd", sum(unpriced_calls)::int as "unpricedCalls"`;

/**
 * What the calls of some days cost, of one owner or all: by day (those on which something did), and for
 * the dearest prompts and models. In the order of days, else the dearest first.
 */
export async function sumCosts(days: DayRange, ownerId: string | undefined) {
  const of = settled(days, ownerId);
  const [byDay, byPrompt, byModel] = await Promise.all([
    execute<Spent & { date: string }>(sql`
      select day::text as date, ${spent} from (${of}) s group by day order by day`),
    execute<Spent & { promptId: number; slug: string }>(sql`
      select p.id as "promptId", p.slug, s."costUsd", s."unpricedCalls"
      from (select prompt_id, ${spent} from (${of}) s group by prompt_id) s
      join prompts p on p.id = s.prompt_id
      order by s."costUsd" desc, p.id limit ${MOST_LISTED}::int`),
    execute<Spent & { modelId: number; provider: string; name: string; label: string }>(sql`
      select m.id as "modelId", m.provider, m.name, m.label, s."costUsd", s."unpricedCalls"
      from (select model_id, ${spent} from (${of}) s group by model_id) s
      join models m on m.id = s.model_id
      order by s."costUsd" desc, m.id limit ${MOST_LISTED}::int`),
  ]);
  return { byDay, byPrompt, byModel };
}

/** What today's calls (UTC) cost, and what is reserved for those in flight, as a claim adds it up. */
export async function readSpentToday() {
  const [row] = await execute<{ date: string; spentUsd: number; reservedUsd: number }>(sql`
    select today.day::text as date,
      coalesce(sum(usd) filter (where settled), 0)::float8 as "spentUsd",
      coalesce(sum(usd) filter (where not settled), 0)::float8 as "reservedUsd"
    from (select (clock_timestamp() at time zone 'utc')::date as day) today
    left join (
      select day, usd, true as settled from daily_costs
      union all
      select day, usd, settled from call_costs
    ) c on c.day = today.day
    group by today.day`);
  return row ?? null;
}
