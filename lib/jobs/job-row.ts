import * as z from "zod/mini";
import { JOB_STATUSES, WAITING_FOR } from "@/db/job-status";

// Read in the browser too, so by the small zod.

/** What a list shows of a job, of what the API tells; times are ISO 8601. */
export const listedJob = z.object({
  jobId: z.number(),
  version: z.number(),
  status: z.enum(JOB_STATUSES),
  waitingFor: z.nullable(z.enum(WAITING_FOR)),
  runIndex: z.number(),
  batchKey: z.string(),
  attemptCount: z.number(),
  maxAttempts: z.number(),
  errorCode: z.nullable(z.string()),
  scheduledFor: z.string(),
  startedAt: z.nullable(z.string()),
  finishedAt: z.nullable(z.string()),
  createdAt: z.string(),
  metrics: z.object({
    executionSeconds: z.nullable(z.number()),
    costUsd: z.nullable(z.number()),
  }),
  prompt: z.object({ slug: z.string() }),
  model: z.object({ provider: z.string(), name: z.string(), label: z.string() }),
});

export type ListedJob = z.output<typeof listedJob>;

type Times = Pick<
  ListedJob,
  "status" | "scheduledFor" | "startedAt" | "finishedAt" | "createdAt" | "metrics"
>;

/** When a job last moved: it ended, began, came back from its last try, was restarted or made. */
export function movedAt(job: Times, nowMs: number): Date {
  if (job.finishedAt !== null) return new Date(job.finishedAt);
  if (job.startedAt !== null) {
    const ranMs = job.status === "queued" ? (job.metrics.executionSeconds ?? 0) * 1000 : 0;
    return new Date(Date.parse(job.startedAt) + ranMs);
  }
  const scheduledMs = Date.parse(job.scheduledFor);
  const createdMs = Date.parse(job.createdAt);
  return new Date(scheduledMs <= nowMs ? Math.max(scheduledMs, createdMs) : createdMs);
}

/** How long its last try waited since it was due, in ms; until now where it waits. Null: it isn't due. */
export function waitedMs(job: Times, nowMs: number): number | null {
  const isWaiting = job.status === "queued";
  const dueMs = Date.parse(job.scheduledFor);
  const until = isWaiting ? nowMs : Date.parse(job.startedAt ?? job.finishedAt ?? job.createdAt);
  // Another try moved the time it was due past the start of the last one.
  return until < dueMs ? null : until - dueMs;
}

/**
 * How long its last try since the last (re)start took, in ms; until now where it runs. Null: it had none.
 */
export function ranMs(job: Times, nowMs: number): number | null {
  if (job.startedAt === null) return null;
  if (job.status === "processing") return Math.max(0, nowMs - Date.parse(job.startedAt));
  const { executionSeconds } = job.metrics;
  return executionSeconds === null ? null : executionSeconds * 1000;
}
