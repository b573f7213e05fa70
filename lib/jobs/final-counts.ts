import { countFinalJobs, type FinalCounts } from "@/db/job-queries";

/** Counting all of them costs more the more there are: it may take 1 % of the time, at most 60 s apart. */
const COUNT_AGAIN_AFTER = 100;
const COUNT_AGAIN_WITHIN_MS = 60_000;

type Counted = { counts: Promise<FinalCounts>; untilMs: number };

let last: Counted | undefined;

/** How many jobs there are in each final state, now or up to 60 s ago: the more there are, the older. */
export function finalCounts(): Promise<FinalCounts> {
  if (!last || performance.now() >= last.untilMs) last = countAgain();
  return last.counts;
}

function countAgain(): Counted {
  const counting = countFinalJobs();
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
