import { setTimeout as sleep } from "node:timers/promises";
import type { BatchRef } from "@/db/batch-queries";
import { isFinal } from "@/db/job-status";
import { lookAtWatched } from "@/db/watch-queries";
import { environment } from "@/lib/env";
import { hearJob } from "@/lib/live-store/announcements";
import { readCopy } from "@/lib/live-store/job-status";
import { log } from "@/lib/log";
import { type BatchView, toWatched } from "./batches";
import { describeDetail, type JobState } from "./describe-job";
import { limitsOf } from "./limits";
import { isStopping } from "./stopping";

/** Twice a second at most, and often enough that a change shows within 1 s of its commit. */
const LOOK_EVERY_MS = 550;

/** A state as its watchers get it; `version` grows with every change. */
export type Watched<T> = { version: number; isFinal: boolean; state: T };

/** Somebody who waits for a state newer than the version it knows. */
type Watcher<T> = { knows: number; newer: Watched<T> | null; isOver: boolean; wake(): void };

/** One thing that is watched: what it is, all its watchers, and how to stop listening for it. */
type Topic<Ref, T> = { of: Ref; watchers: Set<Watcher<T>>; deafen(): void };

type Topics<Ref, T> = Map<string, Topic<Ref, T>>;

type Loop = {
  jobs: Topics<number, JobState>;
  batches: Topics<BatchRef, BatchView>;
  isRunning: boolean;
};

/** Not a module variable: Next bundles this module with each route, and each copy would look for itself. */
const shared = globalThis as typeof globalThis & { canvassWatchLoop?: Loop };
shared.canvassWatchLoop ??= { jobs: new Map(), batches: new Map(), isRunning: false };
const loop = shared.canvassWatchLoop;

/** The job's states after the version that is known; see `watchJob`. */
export function laterStatesOfJob(
  jobId: number,
  version: number,
  signal: AbortSignal,
): AsyncGenerator<Watched<JobState>, void> {
  const hear = () => hearJob(jobId, () => void lookInRedis(jobId));
  return laterStates(loop.jobs, jobId, hear, version, signal);
}

/** The batch's states after the version that is known; see `watchBatch`. */
export function laterStatesOfBatch(
  batch: BatchRef,
  version: number,
  signal: AbortSignal,
): AsyncGenerator<Watched<BatchView>, void> {
  return laterStates(loop.batches, batch, () => () => undefined, version, signal);
}

const keyOf = (of: number | BatchRef) =>
  typeof of === "number" ? `${of}` : JSON.stringify([of.batchKey, of.ownerId]);

async function* laterStates<Ref extends number | BatchRef, T>(
  topics: Topics<Ref, T>,
  of: Ref,
  hear: () => () => void,
  version: number,
  signal: AbortSignal,
): AsyncGenerator<Watched<T>, void> {
  let news = Promise.withResolvers<void>();
  const wake = () => news.resolve();
  const watcher: Watcher<T> = { knows: version, newer: null, isOver: signal.aborted, wake };
  const end = () => dismiss(watcher);
  const key = keyOf(of);
  const topic = topics.get(key) ?? { of, watchers: new Set(), deafen: hear() };
  topics.set(key, topic);
  topic.watchers.add(watcher);
  signal.addEventListener("abort", end);
  void run();
  try {
    for (;;) {
      const { newer } = watcher;
      if (newer) {
        watcher.newer = null;
        yield newer;
        if (newer.isFinal) return;
      } else {
        if (watcher.isOver) return;
        await news.promise;
        news = Promise.withResolvers();
      }
    }
  } finally {
    signal.removeEventListener("abort", end);
    topic.watchers.delete(watcher);
    if (topic.watchers.size === 0) {
      topics.delete(key);
      topic.deafen();
    }
  }
}

/** Looks at all that is watched in this instance, again and again, as long as anything is. */
async function run(): Promise<void> {
  if (loop.isRunning) return;
  loop.isRunning = true;
  let isFailing = false;
  let tookMs = 0;
  for (;;) {
    // A look that takes long, at batches of many thousands, leaves the database as long a pause.
    await sleep(Math.max(LOOK_EVERY_MS - tookMs, tookMs));
    if (isStopping()) dismissAll();
    if (loop.jobs.size + loop.batches.size === 0) break;
    const startedMs = performance.now();
    try {
      await look();
      isFailing = false;
    } catch (error) {
      if (!isFailing) log.warn({ err: error }, "watched jobs could not be looked at");
      isFailing = true;
    }
    tookMs = performance.now() - startedMs;
  }
  loop.isRunning = false;
}

async function look(): Promise<void> {
  const seen = await lookAtWatched(
    {
      jobs: known(loop.jobs).map(([jobId, version]) => ({ jobId, version })),
      batches: known(loop.batches).map(([batch, version]) => ({ ...batch, version })),
    },
    limitsOf(environment()),
  );
  for (const detail of seen.jobs) tellJob(describeDetail(detail));
  for (const batch of seen.batches) tell(loop.batches, batch, toWatched(batch));
  for (const jobId of seen.goneJobIds) loop.jobs.get(keyOf(jobId))?.watchers.forEach(dismiss);
  for (const batch of seen.goneBatches) loop.batches.get(keyOf(batch))?.watchers.forEach(dismiss);
}

/** What Redis announced: it has it sooner than the next look. */
async function lookInRedis(jobId: number): Promise<void> {
  const copied = await readCopy(jobId);
  if (copied) tellJob(copied.state);
}

/** Each thing with the version that all its watchers know. */
function known<Ref, T>(topics: Topics<Ref, T>): [Ref, number][] {
  return [...topics.values()].map(({ of, watchers }) => [
    of,
    Math.min(...[...watchers].map(({ knows }) => knows)),
  ]);
}

function tellJob(state: JobState): void {
  const { jobId, version, status } = state.job;
  tell(loop.jobs, jobId, { version, isFinal: isFinal(status), state });
}

function tell<Ref extends number | BatchRef, T>(
  topics: Topics<Ref, T>,
  of: Ref,
  watched: Watched<T>,
): void {
  for (const watcher of topics.get(keyOf(of))?.watchers ?? []) {
    // A copy of a job may come late; a batch's version falls where some of its jobs are pruned.
    const isKnown =
      typeof of === "number" ? watched.version <= watcher.knows : watched.version === watcher.knows;
    if (isKnown) continue;
    watcher.knows = watched.version;
    watcher.newer = watched;
    watcher.wake();
  }
}

/** Ends a watcher's sequence, after what it hasn't been given yet. */
function dismiss<T>(watcher: Watcher<T>): void {
  watcher.isOver = true;
  watcher.wake();
}

function dismissAll(): void {
  for (const { watchers } of loop.jobs.values()) watchers.forEach(dismiss);
  for (const { watchers } of loop.batches.values()) watchers.forEach(dismiss);
}
