import { sql } from "drizzle-orm";
import {
  type Batch,
  type BatchRef,
  type BatchRow,
  batchRefs,
  selectFigures,
  toBatch,
  waitingOf,
} from "./batch-queries";
import { arrayLiteral, execute } from "./client";
import { type JobDetail, type JobDetailRow, selectJobDetails, toJobDetail } from "./job-queries";
import type { Limits } from "./job-transitions/take";

/** What is watched, with the version that its watchers know. */
export type Watched = {
  jobs: readonly { jobId: number; version: number }[];
  batches: readonly (BatchRef & { version: number })[];
};

/** What is newer than its watchers know, and what is gone: pruned. */
export type Seen = {
  jobs: JobDetail[];
  goneJobIds: number[];
  batches: Batch[];
  goneBatches: BatchRef[];
};

type Row =
  | { kind: "job"; row: JobDetailRow }
  | { kind: "gone_job"; row: { id: number } }
  | { kind: "batch"; row: BatchRow }
  | { kind: "gone_batch"; row: { batch_key: string; owner_id: string | null } };

/** Looks at everything that is watched in one statement. */
export async function lookAtWatched(watched: Watched, limits: Limits): Promise<Seen> {
  const ids = arrayLiteral(watched.jobs.map(({ jobId }) => jobId));
  const versions = arrayLiteral(watched.jobs.map(({ version }) => version));
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
      ${batchRefs(watched.batches)}
    ), known_batch as (
      ${selectFigures(sql`watched_batch`)}
    ), newer_batch as (
      select b.*, ${waitingOf(sql`b`, limits)} as waiting
      from known_batch b join watched_batch w
        on w.batch_key = b.batch_key and w.owner_id is not distinct from b.owner_id
      where b.version <> w.version
    )
    select 'job' as kind, to_jsonb(newer_job) as row from newer_job
    union all select 'gone_job', jsonb_build_object('id', id) from watched_job
      where id not in (select id from known_job)
    union all select 'batch', to_jsonb(newer_batch) from newer_batch
    union all select 'gone_batch', to_jsonb(w) from watched_batch w
      where not exists (select from known_batch b
        where b.batch_key = w.batch_key and b.owner_id is not distinct from w.owner_id)`);
  const seen: Seen = { jobs: [], goneJobIds: [], batches: [], goneBatches: [] };
  for (const { kind, row } of rows) {
    switch (kind) {
      case "job":
        seen.jobs.push(toJobDetail(row));
        break;
      case "gone_job":
        seen.goneJobIds.push(row.id);
        break;
      case "batch":
        seen.batches.push(toBatch(row));
        break;
      case "gone_batch":
        seen.goneBatches.push({ batchKey: row.batch_key, ownerId: row.owner_id });
        break;
    }
  }
  return seen;
}
