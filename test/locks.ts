import { sql } from "drizzle-orm";
import { expect, vi } from "vitest";
import { execute } from "@/db/client";

/** Until so many calls of the app wait for a lock in this file's database. */
export async function untilWaiting(count: number): Promise<void> {
  await vi.waitFor(async () => {
    const rows = await execute(sql`select from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`);
    expect(rows).toHaveLength(count);
  }, 5_000);
}
