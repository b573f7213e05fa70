import { sql } from "drizzle-orm";
import { execute } from "./client";

export type Duty = "cron" | "sweep";

/**
 * Notes that a duty begins now. With `unlessWithinSeconds` only if its last beginning is longer ago:
 * of many callers at once, one gets true.
 */
export async function beginDuty(duty: Duty, unlessWithinSeconds = 0): Promise<boolean> {
  const rows = await execute(sql`
    insert into maintenance (duty, started_at) values (${duty}, clock_timestamp())
    on conflict (duty) do update set started_at = clock_timestamp()
    where maintenance.started_at <=
      clock_timestamp() - make_interval(secs => ${unlessWithinSeconds}::int)
    returning duty`);
  return rows.length > 0;
}

/** Forgets claims that no limit of requests a minute looks at any more. */
export async function deleteOldModelClaims(): Promise<void> {
  await execute(sql`delete from model_claims where claimed_at < now() - interval '5 minutes'`);
}

/** Forgets runs on demand that count for no limit and are repeated for nobody any more. */
export async function deleteOldRunRequests(): Promise<void> {
  await execute(sql`delete from run_requests where created_at < now() - interval '24 hours'`);
}
