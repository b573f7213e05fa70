import { count, sql } from "drizzle-orm";
import { database, execute } from "./client";
import { isActive, matching } from "./job-filter";
import { promptJobs } from "./schema";

/** How many jobs, of all or of one owner's, are queued and processing: from the indexes of those alone. */
export async function countActiveJobs(
  ownerId?: string,
): Promise<{ queued: number; processing: number }> {
  const rows = await database
    .select({ status: promptJobs.status, jobs: count() })
    .from(promptJobs)
    .where(sql`${isActive} and ${matching({ ownerId }) ?? sql`true`}`)
    .groupBy(promptJobs.status);
  const jobsIn = (status: string) => rows.find((row) => row.status === status)?.jobs ?? 0;
  return { queued: jobsIn("queued"), processing: jobsIn("processing") };
}

/** When a job of all, or of one owner's, last became so; null: none is. */
export async function findLastUnwell(
  status: "failed" | "skipped" | "cancelled",
  ownerId?: string,
): Promise<Date | null> {
  const [row] = await execute<{ finished_at: string }>(sql`
    select finished_at from prompt_jobs
    where status = ${sql.raw(`'${status}'`)} and ${matching({ ownerId }) ?? sql`true`}
    order by created_at desc limit 1`);
  return row ? new Date(row.finished_at) : null;
}

/** A question that jobs can be sought by. */
export type JobQuestion = { id: number; slug: string };

/** All questions of everybody, or of one owner, by slug; at most 1,000. */
export function listJobQuestions(ownerId?: string): Promise<JobQuestion[]> {
  const isOwn = ownerId === undefined ? sql`true` : sql`owner_id = ${ownerId}`;
  return execute<JobQuestion>(sql`
    select id, slug from prompts where deleted_at is null and ${isOwn}
    order by slug, id limit 1000`);
}
