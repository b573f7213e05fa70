"use client";

import { useQuery } from "@tanstack/react-query";
import * as z from "zod/mini";
import { JOB_STATUSES, type JobStatus } from "@/db/job-status";
import { type ListedJob, listedJob } from "@/lib/jobs/job-row";

const POLL_MS = 3_000;

/** What takes the database long is asked for the more rarely: a thirtieth of the time at most. */
const REST_PER_ASKING = 30;

export type Counts = Record<JobStatus, number>;

/** Which jobs the list shows, in the API's words. */
export type ListFilter = {
  batchKey?: string | undefined;
  promptId?: number | undefined;
  modelId?: number | undefined;
  errorCode?: string | undefined;
};

const page = z.object({
  summary: z.record(z.enum([...JOB_STATUSES, "total"]), z.number()),
  jobs: z.array(listedJob),
});

const stats = z.object({
  queuedJobs: z.number(),
  scheduledJobs: z.number(),
  processingJobs: z.number(),
  succeededJobs: z.number(),
  failedJobs: z.number(),
  skippedJobs: z.number(),
  cancelledJobs: z.number(),
});

type Updates = { jobs: Map<number, ListedJob>; newer: number; counts: Counts };

/**
 * What has changed since the list was painted, every 3 s while the page is in sight: the jobs that it
 * shows, how many came after them, and how many there are in each state. New ones are only counted.
 */
export function useJobUpdates(list: {
  jobs: readonly ListedJob[];
  filter: ListFilter;
  status: JobStatus | null;
  counts: Counts;
  /** Jobs that came since are above the first page only. */
  isFirstPage: boolean;
  loadedAtMs: number;
  isPaused: boolean;
}): Updates & { isCut: boolean } {
  const { filter, status, isFirstPage } = list;
  const newest = list.jobs[0]?.jobId;
  const { data, isError } = useQuery({
    queryKey: ["jobs", filter, status, newest, list.loadedAtMs],
    queryFn: async ({ signal, client, queryKey }) => {
      const known = client.getQueryData<Updates & { tookMs: number }>(queryKey);
      const startedMs = performance.now();
      const [jobs, newer, counts] = await Promise.all([
        readJobs(changing(list.jobs, known?.jobs), signal),
        isFirstPage ? countNewer({ ...filter, status, after: newest }, signal) : 0,
        readCounts(filter, signal),
      ]);
      const all = new Map([
        ...(known?.jobs ?? []),
        ...jobs.map((job) => [job.jobId, job] as const),
      ]);
      return { jobs: all, newer, counts, tookMs: performance.now() - startedMs };
    },
    enabled: !list.isPaused,
    staleTime: POLL_MS,
    gcTime: 0,
    retry: false,
    initialData: { jobs: new Map(), newer: 0, counts: list.counts, tookMs: 0 },
    refetchInterval: (query) =>
      Math.max(POLL_MS, REST_PER_ASKING * (query.state.data?.tookMs ?? 0)),
  });
  return { ...data, isCut: isError };
}

/** The ids of those that can still change: nothing moves a succeeded one. */
function changing(jobs: readonly ListedJob[], known: Map<number, ListedJob> | undefined): number[] {
  return jobs
    .map((job) => known?.get(job.jobId) ?? job)
    .filter((job) => job.status !== "succeeded")
    .map((job) => job.jobId);
}

async function readJobs(ids: readonly number[], signal: AbortSignal): Promise<ListedJob[]> {
  if (ids.length === 0) return [];
  return page.parse(await ask("/api/jobs/status", { jobIds: ids.join(",") }, signal)).jobs;
}

async function countNewer(query: Query, signal: AbortSignal): Promise<number> {
  return page.parse(await ask("/api/jobs/status", { ...query, limit: 1 }, signal)).summary.total;
}

async function readCounts(filter: ListFilter, signal: AbortSignal): Promise<Counts> {
  const isAll = Object.values(filter).every((value) => value === undefined);
  if (isAll) {
    const jobs = stats.parse(await ask("/api/jobs/queue/stats", {}, signal));
    return {
      queued: jobs.queuedJobs + jobs.scheduledJobs,
      processing: jobs.processingJobs,
      succeeded: jobs.succeededJobs,
      failed: jobs.failedJobs,
      skipped: jobs.skippedJobs,
      cancelled: jobs.cancelledJobs,
    };
  }
  const { summary } = page.parse(await ask("/api/jobs/status", { ...filter, limit: 1 }, signal));
  const { total: _, ...counts } = summary;
  return counts;
}

type Query = { [name: string]: string | number | null | undefined };

async function ask(path: string, query: Query, signal: AbortSignal): Promise<unknown> {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  const response = await fetch(text.size > 0 ? `${path}?${text}` : path, { signal });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}
