// The small zod: this is read in the browser, where the whole one weighs 30 kB.
import * as z from "zod/mini";
import type { JobStatus } from "@/db/job-status";

const count = z.int();
const moment = z.pipe(
  z.union([z.string(), z.date()]),
  z.transform((at) => new Date(at)),
);

const batch = z.object({
  batchKey: z.string(),
  summary: z.object({
    total: count,
    queued: count,
    processing: count,
    succeeded: count,
    failed: count,
    skipped: count,
    cancelled: count,
  }),
  waiting: z.record(z.string(), count),
  startedAt: z.nullable(moment),
  finishedAt: z.nullable(moment),
  costUsd: z.nullable(z.number()),
});

/** A batch as pages show it. */
export type BatchState = z.output<typeof batch>;

/** Reads what `/api/jobs/batches/{key}` gives, and each event of its stream. */
export const batchState = z.union([
  z.pipe(
    z.object({ batch }),
    z.transform((reply) => reply.batch),
  ),
  batch,
]);

export const batchPath = (batchKey: string) => `/api/jobs/batches/${encodeURIComponent(batchKey)}`;

/** How many of a batch's jobs are final. */
export const doneOf = ({ summary }: BatchState) =>
  summary.total - summary.queued - summary.processing;

/** True where nothing of it is to come. */
export const isOver = ({ finishedAt }: BatchState) => finishedAt !== null;

/** Where the jobs of a batch are listed, in one state or all. */
export const jobsOf = (batchKey: string, status?: JobStatus) =>
  `/jobs?${new URLSearchParams({ batch: batchKey, ...(status && { status }) })}`;
