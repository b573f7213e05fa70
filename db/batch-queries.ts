import { type SQL, sql } from "drizzle-orm";
import { execute } from "./client";
import { JOB_STATUSES, type JobStatus, type WaitingFor } from "./job-status";
import type { Limits } from "./job-transitions/take";
import { selectWaiting } from "./queue-queries";

/** The jobs under one key, in figures. */
export type Batch = BatchRef & {
  /** The sum of its jobs' versions: it grows with every change of one. */
  version: number;
  jobs: Record<JobStatus, number>;
  /** The queued ones by what they wait for. */
  waiting: Partial<Record<WaitingFor, number>>;
  promptCount: number;
  /** When the first of them was claimed; null: none has been. */
  startedAt: Date | null;
  /** When the last of them became final; null: not all are. */
  finishedAt: Date | null;
  /** Null where nothing is known. */
  costUsd: number | null;
};

/**
 * The keys of a page of batches by their newest jobs, newest first, each with that job's id; `before`
 * an id from the last page. Walks down the jobs, from one batch to the next, so its cost is that of the
 * page's own jobs, however many batches there are.
 */
export async function listBatchKeys(options: {
  limit: number;
  before: number | null;
  ownerId?: string;
}): Promise<{ id: number; batchKey: string }[]> {
  const { limit, before, ownerId } = options;
  const isOwn = ownerId === undefined ? sql`true` : sql`j.owner_id = ${ownerId}`;
  const start = sql`${before ?? Number.MAX_SAFE_INTEGER}::bigint`;
  // One with jobs on both sides of the cursor was on an earlier page. No ORDER BY, for it would walk to
  // the end before it sorts: a recursion gives its rows in the order in which it finds them.
  const rows = await execute<{ id: number; batch_key: string }>(sql`
    with recursive newest as (
      select ${start} as id, ''::text as batch_key, array[]::text[] as seen
      union all
      select next.id, next.batch_key, newest.seen || next.batch_key
      from newest cross join lateral (
        select j.id, j.batch_key from prompt_jobs j
        where ${isOwn} and j.id < newest.id and j.batch_key <> newest.batch_key
          and j.batch_key <> all (newest.seen)
        order by j.id desc limit 1) next
    )
    select id, batch_key from newest
    where batch_key <> '' and (${before === null} or not exists (
      select from prompt_jobs j
      where ${isOwn} and j.batch_key = newest.batch_key and j.id >= ${start}))
    limit ${limit}::int`);
  return rows.map((row) => ({ id: row.id, batchKey: row.batch_key }));
}

/** A batch: the jobs under a key, of one owner or (null) of everybody. */
export type BatchRef = { batchKey: string; ownerId: string | null };

type Figures = Record<JobStatus, number> & {
  batch_key: string;
  owner_id: string | null;
  version: number;
  prompt_count: number;
  started_at: string | null;
  finished_at: string | null;
  cost_usd: number | null;
};

export type BatchRow = Figures & { waiting: Batch["waiting"] };

/** Rows of batch_key, owner_id and version: the batches that are meant. */
export const batchRefs = (refs: readonly (BatchRef & { version?: number })[]): SQL => sql`
  select * from jsonb_to_recordset(${JSON.stringify(
    refs.map((ref) => ({ batch_key: ref.batchKey, owner_id: ref.ownerId, version: ref.version })),
  )}::jsonb) as ref(batch_key text, owner_id text, version bigint)`;

/** True for unaliased `prompt_jobs` of the batch that the named row means. */
const isOfBatch = (ref: SQL) => sql`(prompt_jobs.batch_key = ${ref}.batch_key
  and (${ref}.owner_id is null or prompt_jobs.owner_id = ${ref}.owner_id))`;

/** The figures of the batches that are named in the step `refs`; none of one without jobs. */
export const selectFigures = (refs: SQL): SQL => {
  const counts = JOB_STATUSES.map(
    (status) =>
      sql`coalesce(sum(jobs) filter (where status = ${status}), 0) as ${sql.identifier(status)}`,
  );
  // One batch after the other, each in one pass: for all at once, and for distinct prompts, the planner
  // would sort their jobs.
  return sql`
    select ref.batch_key, ref.owner_id, figures.* from ${refs} ref cross join lateral (
      select sum(version) as version, ${sql.join(counts, sql`, `)},
        count(distinct prompt_id) as prompt_count, min(started_at) as started_at,
        case when bool_and(is_finished) then max(finished_at) end as finished_at,
        sum(cost_usd) as cost_usd
      from (
        select prompt_id, status, count(*) as jobs, sum(version) as version,
          min(started_at) as started_at, max(finished_at) as finished_at,
          bool_and(finished_at is not null) as is_finished, sum(cost_usd) as cost_usd
        from prompt_jobs where ${isOfBatch(sql`ref`)} group by prompt_id, status
      ) cell
      having count(*) > 0
    ) figures`;
};

/** What the queued jobs of the batch wait for that the named row means, as JSON by reason. */
export const waitingOf = (batch: SQL, limits: Limits): SQL => sql`(
  select coalesce(jsonb_object_agg(waiting_for, jobs), '{}') from (
    select waiting_for, sum(jobs) as jobs from (${selectWaiting(limits, isOfBatch(batch))}) waiting
    where waiting_for is not null group by waiting_for
  ) reason)`;

export function toBatch(row: BatchRow): Batch {
  const { succeeded, failed, skipped, cancelled, queued, processing } = row;
  return {
    batchKey: row.batch_key,
    ownerId: row.owner_id,
    version: row.version,
    jobs: { queued, processing, succeeded, failed, skipped, cancelled },
    waiting: row.waiting,
    promptCount: row.prompt_count,
    startedAt: row.started_at === null ? null : new Date(row.started_at),
    finishedAt: row.finished_at === null ? null : new Date(row.finished_at),
    costUsd: row.cost_usd,
  };
}

/** The batches of these keys, of one owner or (null) of everybody, in their order; none without jobs. */
export async function readBatches(
  keys: readonly string[],
  ownerId: string | null,
  limits: Limits,
): Promise<Batch[]> {
  const refs = batchRefs(keys.map((batchKey) => ({ batchKey, ownerId })));
  const rows = await execute<BatchRow>(sql`
    with refs as (${refs}), figures as (${selectFigures(sql`refs`)})
    select figures.*, ${waitingOf(sql`figures`, limits)} as waiting from figures`);
  return keys.flatMap((batchKey) => {
    const row = rows.find((one) => one.batch_key === batchKey);
    return row ? [toBatch(row)] : [];
  });
}
