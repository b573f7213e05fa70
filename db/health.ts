import { sql } from "drizzle-orm";
import { execute } from "./client";

/** Throws where the database doesn't answer, or lacks our tables. */
export async function checkDatabase(): Promise<void> {
  await execute(sql`select from prompt_jobs limit 1`);
}
