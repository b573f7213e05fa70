import { sql } from "drizzle-orm";
import { execute } from "./client";

/** Adds what is settled to daily_costs; see the function fold_call_costs in migrations/. */
export async function foldCallCosts(): Promise<void> {
  await execute(sql`select fold_call_costs()`);
}
