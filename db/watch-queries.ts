import { sql } from "drizzle-orm";
import { type Batch, type BatchRow, selectBatches, toBatch } from "./batch-queries";
import { arrayLiteral, execute } from "./client";
import { type JobDetail, type JobDetailRow, selectJobDetails, toJobDetail } from "./job-queries";
import type { Limits } from "./job-transitions/take";
import { selectWaiting, toWaitingJobs, type WaitingRow } from "./queue-queries";

/** What is watched, with the version that its watchers know. */
export type Watched = {
  jobs: readonly { jobId: number; version: number }[];
  batches: readonly { batchKey: string; version: number }[];
};

/** What is newer than its watchers know, and what is gone: pruned. */
export type Seen = {
  jobs: JobDetail[];
  goneJobIds: number[];
  batches: Batch[];
  goneBatchKeys: string[];
};

type Row =
  | { kind: "job"; row: JobDetailRow }
  | { kind: "gone_job"; row: { id: number } }
  | { kind: "batch"; row: BatchRow }
  | { kind: "gone_batch"; row: { batch_key: string } }
  | { kind: "waiting"; row: WaitingRow };

/** Looks at everything that is watched in one statement. */
export async function lookAtWatched(watched: Watched, limits: Limits): Promise<Seen> {
  const ids = arrayLiteral(watched.jobs.map(({ jobId }) => jobId));
  const versions = arrayLiteral(watched.jobs.map(({ version }) => version));
  const batches = JSON.stringify(
    watched.batches.map(({ batchKey, version }) => ({ batch_key: batchKey, version })),
  );
  const ofBatches = (step: string) =>
    sql`prompt_jobs.batch_key = any(array(select batch_key from ${sql.identifier(step)}))`;
  const rows = await execute<Row>(sql`
    with watched_job as (
      select * from unnest(${ids}::bigint[], ${versions}::int[]) as w(id, version)
    ), known_job as (
      select w.id, j.version > w.version as is_newer
      from watched_job w join prompt_jobs j on j.id = w.id
    ), newer_job as (
      ${selectJobDetails(limits)}
      where prompt_jobs.id = any(array(select id from known_job where is_newer))
    ), watched_batch as (
      select * from jsonb_to_recordset(${batches}::jsonb) as w(batch_key text, version bigint)
    ), known_batch as (
      ${selectBatches(ofBatches("watched_batch"))}
    ), newer_batch as (
      select b.* from known_batch b join watched_batch w using (batch_key) where b.version > w.version
    ), waiting as (
      ${selectWaiting(limits, { condition: ofBatches("newer_batch"), perBatch: true })}
    )
    select 'job' as kind, to_jsonb(newer_job) as row from newer_job
    union all select 'gone_job', jsonb_build_object('id', id) from watched_job
      where id not in (select id from known_job)
    union all select 'batch', to_jsonb(newer_batch) from newer_batch
    union all select 'gone_batch', jsonb_build_object('batch_key', batch_key) from watched_batch
      where batch_key not in (select batch_key from known_batch)
    union all select 'waiting', to_jsonb(waiting) from waiting`);
  const waiting = rows.flatMap((one) => (one.kind === "waiting" ? [toWaitingJobs(one.row)] : []));
  return {
    jobs: rows.flatMap((one) => (one.kind === "job" ? [toJobDetail(one.row)] : [])),
    goneJobIds: rows.flatMap((one) => (one.kind === "gone_job" ? [one.row.id] : [])),
    batches: rows.flatMap((one) => (one.kind === "batch" ? [toBatch(one.row, waiting)] : [])),
    goneBatchKeys: rows.flatMap((one) => (one.kind === "gone_batch" ? [one.row.batch_key] : [])),
  };
}
