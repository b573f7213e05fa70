import { countFinalJobs } from "@/db/job-queries";
import type { FinalJobStatus } from "@/db/job-status";

type FinalCounts = Record<FinalJobStatus, number>;

/** Counting all of them costs more the more there are: it may take 1 % of the time, at most 60 s apart. */
const COUNT_AGAIN_AFTER = 100;
const COUNT_AGAIN_WITHIN_MS = 60_000;

let counted: { counts: Promise<FinalCounts>; untilMs: number } | undefined;

/** How many jobs there are in each final state, now or up to 60 s ago: the more there are, the older. */
export function finalCounts(): Promise<FinalCounts> {
  if (counted && performance.now() < counted.untilMs) return counted.counts;
  const startedMs = performance.now();
  const mine = { counts: countFinalJobs(), untilMs: Number.POSITIVE_INFINITY };
  counted = mine;
  mine.counts.then(
    () => {
      const nowMs = performance.now();
      const pauseMs = Math.min((nowMs - startedMs) * COUNT_AGAIN_AFTER, COUNT_AGAIN_WITHIN_MS);
      mine.untilMs = nowMs + pauseMs;
    },
    () => {
      mine.untilMs = 0;
    },
  );
  return mine.counts;
}
