import { type SQL, sql } from "drizzle-orm";
import { execute, toRow } from "../client";
import { isActive } from "../job-filter";
import { type PromptJob, promptJobs } from "../schema";

export type NewJob = {
  promptId: number;
  modelId: number;
  runIndex: number;
  batchKey: string;
  ownerId: string | null;
  priority: number;
  scheduledFor: Date | null;
  maxAttempts: number;
  reference: string | null;
};

export type JobInserted =
  | { outcome: "created" | "exists" | "joined"; job: PromptJob }
  | { outcome: "prompt_not_found" | "model_not_found" };

/**
 * Enqueues one job. `exists`: its key (prompt, model, run, batch) has one already. With `sole`, the job
 * is to be its owner's only active one of its reference: `joined` is the one there is. Null: that one
 * ended between the insert, which met it, and the look for it.
 */
export async function insertJob(
  job: NewJob,
  { sole }: { sole: boolean },
): Promise<JobInserted | null> {
  const twin = activeTwinOf(sql`${job.ownerId}::text`, sql`${job.reference}::text`);
  const [row] = await execute<{
    inserted: object | null;
    twin: object | null;
    of_key: object | null;
    has_prompt: boolean;
    has_model: boolean;
  }>(sql`
    with inserted as (
      insert into prompt_jobs (prompt_id, model_id, run_index, batch_key, owner_id, priority,
        scheduled_for, max_attempts, reference, sole_reference)
      select p.id, m.id, ${job.runIndex}::int, ${job.batchKey}, ${job.ownerId},
        ${job.priority}::smallint, coalesce(${job.scheduledFor?.toISOString() ?? null}::timestamptz, now()),
        ${job.maxAttempts}::int, ${job.reference}, ${sole ? job.reference : null}
      from prompts p, models m
      where p.id = ${job.promptId}::bigint and p.deleted_at is null and m.id = ${job.modelId}::bigint
        and not (${sole} and exists (select from prompt_jobs where ${twin}))
      on conflict do nothing
      returning *
    )
    select (select to_jsonb(i) from inserted i) as inserted,
      (select to_jsonb(prompt_jobs) from prompt_jobs where ${sole} and ${twin} order by id limit 1)
        as twin,
      (select to_jsonb(j) from prompt_jobs j
       where prompt_id = ${job.promptId}::bigint and model_id = ${job.modelId}::bigint
         and run_index = ${job.runIndex}::int and batch_key = ${job.batchKey}) as of_key,
      exists (select from prompts where id = ${job.promptId}::bigint and deleted_at is null)
        as has_prompt,
      exists (select from models where id = ${job.modelId}::bigint) as has_model`);
  if (!row) throw new Error("insertJob: a select without from gave no row");
  if (row.inserted) return { outcome: "created", job: toRow(promptJobs, row.inserted) };
  if (!row.has_prompt) return { outcome: "prompt_not_found" };
  if (!row.has_model) return { outcome: "model_not_found" };
  if (row.twin) return { outcome: "joined", job: toRow(promptJobs, row.twin) };
  return row.of_key && { outcome: "exists", job: toRow(promptJobs, row.of_key) };
}

/** True for an unaliased `prompt_jobs` row that is active under this owner's reference. */
export function activeTwinOf(ownerId: SQL, reference: SQL): SQL {
  return sql`(prompt_jobs.reference = ${reference} and ${isActive}
    and coalesce(prompt_jobs.owner_id, '') = coalesce(${ownerId}, ''))`;
}
