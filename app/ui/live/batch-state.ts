import { z } from "zod";
import type { JobStatus } from "@/db/job-status";

const count = z.int();
const moment = z.union([z.string(), z.date()]).transform((at) => new Date(at));

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
  startedAt: moment.nullable(),
  finishedAt: moment.nullable(),
  costUsd: z.number().nullable(),
});

/** A batch as pages show it. */
export type BatchState = z.output<typeof batch>;

/** Reads what `/api/jobs/batches/{key}` gives, and each event of its stream. */
export const batchState = z.union([z.object({ batch }).transform((reply) => reply.batch), batch]);

export const batchPath = (batchKey: string) => `/api/jobs/batches/${encodeURIComponent(batchKey)}`;

/** How many of a batch's jobs are final. */
export const doneOf = ({ summary }: BatchState) =>
  summary.total - summary.queued - summary.processing;

/** Where the jobs of a batch are listed, in one state or all. */
export const jobsOf = (batchKey: string, status?: JobStatus) =>
  `/jobs?${new URLSearchParams({ batch: batchKey, ...(status && { status }) })}`;
