import { and, count, desc, eq, getTableColumns, lt, type SQL, sql } from "drizzle-orm";
import { arrayLiteral, database, execute, toRow } from "./client";
import { isActive, type JobFilter, matching } from "./job-filter";
import { type FinalJobStatus, JOB_STATUSES, type JobStatus, type WaitingFor } from "./job-status";
import type { Limits } from "./job-transitions/take";
import {
  type JobAttempt,
  jobAttempts,
  models,
  type PromptJob,
  promptJobs,
  prompts,
} from "./schema";

/** A job with the names of what it asks, and what it waits for. */
export type JobView = PromptJob & {
  waitingFor: WaitingFor | null;
  /** Seconds that its last attempt took; null where none has ended. */
  lastAttemptSeconds: number | null;
  prompt: { id: number; slug: string; question: string };
  model: { id: number; provider: string; name: string; label: string };
};

/** How many jobs match, by status: all of them, whatever a page shows. */
export async function countJobs(filter: JobFilter): Promise<Record<JobStatus, number>> {
  const rows = await database
    .select({ status: promptJobs.status, jobs: count() })
    .from(promptJobs)
    .where(matching(filter))
    .groupBy(promptJobs.status);
  const jobsIn = (status: JobStatus) => rows.find((row) => row.status === status)?.jobs ?? 0;
  const counts = JOB_STATUSES.map((status) => [status, jobsIn(status)] as const);
  return Object.fromEntries(counts) as Record<JobStatus, number>;
}

export type FinalCounts = Record<FinalJobStatus, number>;

/** How many jobs, of all or of one owner's, there are in each final state, and how long that took. */
export async function countFinalJobs(
  ownerId?: string,
): Promise<{ counts: FinalCounts; tookMs: number }> {
  const isOwn = ownerId === undefined ? sql`true` : sql`owner_id = ${ownerId}`;
  const [row] = await execute<{ counts: Partial<FinalCounts>; took_ms: number }>(sql`
    with counted as materialized (
      select status, count(*) as jobs from prompt_jobs
      where finished_at is not null and ${isOwn} group by status
    )
    select coalesce(json_object_agg(status, jobs), '{}') as counts,
      extract(epoch from clock_timestamp() - statement_timestamp()) * 1000 as took_ms
    from counted`);
  const none = { succeeded: 0, failed: 0, skipped: 0, cancelled: 0 };
  return { counts: { ...none, ...row?.counts }, tookMs: row?.took_ms ?? 0 };
}

/** For unaliased `prompt_jobs`: what a queued job waits for, by the limits as they are now. */
const waitingFor = (limits: Limits) => sql<WaitingFor | null>`
  case when ${promptJobs.status} = 'queued' then
    waiting_reason(${promptJobs.id}, ${promptJobs.modelId}, ${promptJobs.ownerId},
      ${promptJobs.scheduledFor}, ${promptJobs.claimCount}, ${limits.maxJobs}::int,
      ${limits.maxJobsPerOwner}::int) end`;

const lastAttemptSeconds = sql<number | null>`(
  select extract(epoch from a.finished_at - a.started_at) from job_attempts a
  where a.job_id = ${promptJobs.id} order by a.attempt desc limit 1)`;

/** A page of the jobs that match, newest first, `before` an id. */
export function listJobs(
  filter: JobFilter,
  { limit, before, limits }: { limit: number; before: number | null; limits: Limits },
): Promise<JobView[]> {
  return database
    .select({
      ...getTableColumns(promptJobs),
      waitingFor: waitingFor(limits),
      lastAttemptSeconds,
      prompt: { id: prompts.id, slug: prompts.slug, question: prompts.question },
      model: { id: models.id, provider: models.provider, name: models.name, label: models.label },
    })
    .from(promptJobs)
    .innerJoin(prompts, eq(prompts.id, promptJobs.promptId))
    .innerJoin(models, eq(models.id, promptJobs.modelId))
    .where(and(matching(filter), before === null ? undefined : lt(promptJobs.id, before)))
    .orderBy(desc(promptJobs.id))
    .limit(limit);
}

/** What a job answered: the text, and the things it names, best first (rank 1). */
export type JobResult = { answer: string; entities: { id: number; name: string; rank: number }[] };

/** A job with its attempts, oldest first, and its answer; null: it has none. */
export type JobDetail = JobView & { attempts: JobAttempt[]; result: JobResult | null };

export type JobDetailRow = {
  job: object;
  waiting_for: WaitingFor | null;
  last_attempt_seconds: number | null;
  prompt: JobView["prompt"];
  model: JobView["model"];
  attempts: object[];
  result: JobResult | null;
};

/** To select rows for `toJobDetail` from unaliased `prompt_jobs`; to be followed by `where`. */
export const selectJobDetails = (limits: Limits): SQL => sql`
  select to_jsonb(prompt_jobs) as job, ${waitingFor(limits)} as waiting_for,
    ${lastAttemptSeconds} as last_attempt_seconds,
    jsonb_build_object('id', p.id, 'slug', p.slug, 'question', p.question) as prompt,
    jsonb_build_object('id', m.id, 'provider', m.provider, 'name', m.name, 'label', m.label) as model,
    (select coalesce(jsonb_agg(to_jsonb(a) order by a.attempt), '[]') from job_attempts a
     where a.job_id = prompt_jobs.id) as attempts,
    (select jsonb_build_object('answer', r.answer, 'entities', (
       select coalesce(jsonb_agg(
         jsonb_build_object('id', e.entity_id, 'name', e.name, 'rank', e.rank) order by e.rank), '[]')
       from response_entities e where e.response_id = r.id))
     from responses r where r.job_id = prompt_jobs.id) as result
  from prompt_jobs
  join prompts p on p.id = prompt_jobs.prompt_id join models m on m.id = prompt_jobs.model_id`;

export function toJobDetail(row: JobDetailRow): JobDetail {
  // jsonb has an order of its own.
  const { id, provider, name, label } = row.model;
  return {
    ...toRow(promptJobs, row.job),
    waitingFor: row.waiting_for,
    lastAttemptSeconds: row.last_attempt_seconds,
    prompt: row.prompt,
    model: { id, provider, name, label },
    attempts: row.attempts.map((attempt) => toRow(jobAttempts, attempt)),
    result: row.result,
  };
}

/** Null: there is no such job. */
export async function findJobDetail(jobId: number, limits: Limits): Promise<JobDetail | null> {
  const [row] = await execute<JobDetailRow>(
    sql`${selectJobDetails(limits)} where prompt_jobs.id = ${jobId}::bigint`,
  );
  return row ? toJobDetail(row) : null;
}

/** Null: there is no such job, or it isn't the given owner's. */
export async function findJobStatus(
  jobId: number,
  of: { ownerId?: string } = {},
): Promise<JobStatus | null> {
  const [row] = await database
    .select({ status: promptJobs.status })
    .from(promptJobs)
    .where(matching({ ...of, jobId }));
  return row?.status ?? null;
}

/** Those in flight that match. */
export async function listActiveIds(filter: JobFilter): Promise<number[]> {
  const rows = await database
    .select({ id: promptJobs.id })
    .from(promptJobs)
    .where(and(matching(filter), isActive));
  return rows.map(({ id }) => id);
}

/** The tokens under which these jobs are being processed now. */
export async function findHeldClaims(jobIds: readonly number[]): Promise<string[]> {
  const rows = await execute<{ claim_token: string }>(sql`
    select claim_token from prompt_jobs
    where id = any(${arrayLiteral(jobIds)}::bigint[]) and status = 'processing'`);
  return rows.map((row) => row.claim_token);
}

/** A job's state, and whether what it asks is still on. Null: there is no such job, or it isn't the given owner's. */
export async function findJobForRestart(
  jobId: number,
  of: { ownerId?: string },
): Promise<{ status: JobStatus; promptActive: boolean; modelActive: boolean } | null> {
  const [row] = await database
    .select({
      status: promptJobs.status,
      promptActive: sql<boolean>`${prompts.active} and ${prompts.deletedAt} is null`,
      modelActive: models.active,
    })
    .from(promptJobs)
    .innerJoin(prompts, eq(prompts.id, promptJobs.promptId))
    .innerJoin(models, eq(models.id, promptJobs.modelId))
    .where(matching({ ...of, jobId }));
  return row ?? null;
}
