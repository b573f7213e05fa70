import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { database, execute, toRow } from "@/db/client";
import { insertModel, type NewModel } from "@/db/models";
import { insertPrompt, type NewPrompt, type PromptView } from "@/db/prompts";
import { type Model, type PromptJob, promptJobs } from "@/db/schema";

// Rows in any state, coherent enough for the table's CHECKs. Times are aged, clocks aren't faked.

export async function makeModel(model: Partial<NewModel> = {}): Promise<Model> {
  const made = await insertModel({
    provider: "simulated",
    name: `model-${randomUUID()}`,
    ...model,
  });
  if (!made) throw new Error("the model exists already");
  return made;
}

export async function makePrompt(
  modelIds: readonly number[],
  prompt: Partial<NewPrompt> = {},
): Promise<PromptView> {
  const made = await insertPrompt({
    slug: `prompt-${randomUUID()}`,
    question: "What is the best TV show?",
    category: null,
    tags: [],
    frequency: "daily",
    runs: 1,
    active: true,
    ownerId: null,
    modelIds,
    ...prompt,
  });
  if (!made) throw new Error("the slug is taken");
  return made;
}

type NewJob = Partial<typeof promptJobs.$inferInsert> & { promptId: number; modelId: number };

/** A queued job, due now, unless told otherwise. */
export async function makeJob(job: NewJob): Promise<PromptJob> {
  const [made] = await database
    .insert(promptJobs)
    .values({ runIndex: 0, batchKey: `batch-${randomUUID()}`, ...job })
    .returning();
  if (!made) throw new Error("the job exists already");
  return made;
}

/** Many queued jobs of one prompt and model in one batch. */
export async function makeJobs(
  count: number,
  job: { promptId: number; modelId: number; ownerId?: string; priority?: number },
): Promise<number[]> {
  const rows = await execute<{ id: number }>(sql`
    insert into prompt_jobs (prompt_id, model_id, run_index, batch_key, owner_id, priority)
    select ${job.promptId}::bigint, ${job.modelId}::bigint, n, ${`batch-${randomUUID()}`},
      ${job.ownerId ?? null}, ${job.priority ?? 0}::int
    from generate_series(0, ${count - 1}::int) n returning id`);
  return rows.map((row) => row.id);
}

/** A job as it stands in the table. */
export async function readJob(id: number): Promise<PromptJob> {
  const [row] = await execute<object>(sql`select * from prompt_jobs where id = ${id}::bigint`);
  if (!row) throw new Error(`no job ${id}`);
  return toRow(promptJobs, row);
}

/** Lets time pass for a job: moves every time it has `seconds` into the past. */
export async function ageJob(id: number, seconds: number): Promise<void> {
  const past = sql`make_interval(secs => ${seconds}::int)`;
  await execute(sql`
    update prompt_jobs set lease_expires_at = lease_expires_at - ${past},
      scheduled_for = scheduled_for - ${past}, started_at = started_at - ${past},
      dispatched_at = dispatched_at - ${past}, finished_at = finished_at - ${past},
      created_at = created_at - ${past}
    where id = ${id}::bigint`);
}
