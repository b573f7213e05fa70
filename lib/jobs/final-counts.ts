import { countFinalJobs, type FinalCounts } from "@/db/job-queries";

/** Counting all of them costs more the more there are: it may take 1 % of the time, at most 60 s apart. */
const COUNT_AGAIN_AFTER = 100;
const COUNT_AGAIN_WITHIN_MS = 60_000;

type Counted = { counts: Promise<FinalCounts>; untilMs: number };

/** By owner; undefined: all. What is over is forgotten with the next count. */
const last = new Map<string | undefined, Counted>();

/**
 * How many jobs, of all or of one owner's, there are in each final state, now or up to 60 s ago: the more
 * there are, the older.
 */
export function finalCounts(ownerId?: string): Promise<FinalCounts> {
  const nowMs = performance.now();
  const known = last.get(ownerId);
  if (known && nowMs < known.untilMs) return known.counts;
  for (const [owner, { untilMs }] of last) if (nowMs >= untilMs) last.delete(owner);
  const counted = countAgain(ownerId);
  last.set(ownerId, counted);
  return counted.counts;
}

function countAgain(ownerId: string | undefined): Counted {
  const counting = countFinalJobs(ownerId);
  // Whoever asks meanwhile waits for the same count.
  const counted = {
    counts: counting.then(({ counts }) => counts),
    untilMs: Number.POSITIVE_INFINITY,
  };
  const keep = (forMs: number) => {
    counted.untilMs = performance.now() + forMs;
  };
  counting.then(
    ({ tookMs }) => keep(Math.min(tookMs * COUNT_AGAIN_AFTER, COUNT_AGAIN_WITHIN_MS)),
    () => keep(0),
  );
  return counted;
}
