import { sql } from "drizzle-orm";
import { execute } from "./client";

/** How many failures a key may have in a window. */
export type FailureLimit = { key: string; most: number };

/** How many of the expired rows each call takes along, so that the table stays small. */
const EXPIRED_AT_A_TIME = 10;

/**
 * Counts a try as failed, under each of the keys, before anybody knows how it ends: so that of many
 * tries at once no more get through than may fail. Gives how many seconds to wait where one of the
 * limits is passed, else null. The keys must always come in the same order of kinds, or two calls
 * deadlock.
 */
export async function countFailure(
  limits: readonly FailureLimit[],
  windowSeconds: number,
): Promise<number | null> {
  const asked = JSON.stringify(limits.map((limit, n) => ({ ...limit, n })));
  const [row] = await execute<{ seconds: number | null }>(sql`
    with asked as (
      select * from json_to_recordset(${asked}::json) as a(key text, most int, n int)
    ), expired as (
      delete from sign_in_failures where key in (
        select key from sign_in_failures f where resets_at < now()
          and not exists (select from asked where asked.key = f.key)
        limit ${EXPIRED_AT_A_TIME} for update skip locked)
    ), counted as (
      insert into sign_in_failures as f (key, failures, resets_at)
      select key, 1, now() + make_interval(secs => ${windowSeconds}::int) from asked order by n
      on conflict (key) do update set
        failures = case when f.resets_at < now() then 1 else f.failures + 1 end,
        resets_at = case when f.resets_at < now() then excluded.resets_at else f.resets_at end
      returning key, failures, resets_at
    )
    select ceil(extract(epoch from max(c.resets_at) - now()))::int as seconds
    from counted c join asked a on a.key = c.key where c.failures > a.most`);
  return row?.seconds ?? null;
}

/** Takes a counted try back, since it did not fail. */
export async function forgiveFailure(key: string): Promise<void> {
  await execute(sql`
    update sign_in_failures set failures = failures - 1 where key = ${key} and failures > 0`);
}

/** Forgets all that failed under this key. */
export async function forgetFailures(key: string): Promise<void> {
  await execute(sql`delete from sign_in_failures where key = ${key}`);
}
