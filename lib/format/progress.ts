import { counted, wholeNumber } from "./figures";

const MINUTE_MS = 60_000;

/** How many jobs were done at a moment, milliseconds since 1970. */
export type Sample = { atMs: number; done: number };

/** What has been seen is forgotten after this long: the pace of an hour ago is none of now's. */
const WINDOW_MS = 5 * MINUTE_MS;

/** Nothing is said of the time left before so many are done. */
const ENOUGH_DONE = 20;

/** Nothing finished for this long is worth saying. */
const STILL_MS = 2 * MINUTE_MS;

/** Adds what is seen now, and forgets what is older than five minutes but for the last of it. */
export function withSample(samples: readonly Sample[], seen: Sample): Sample[] {
  const last = samples.at(-1);
  // Jobs that are restarted are to be done again: what was seen before says nothing of them.
  if (last && seen.done < last.done) return [seen];
  const isSame = last?.done === seen.done && samples.at(-2)?.done === seen.done;
  const all = [...(isSame ? samples.slice(0, -1) : samples), seen];
  const first = all.findLastIndex(({ atMs }) => atMs <= seen.atMs - WINDOW_MS);
  return first > 0 ? all.slice(first) : all;
}

/** Jobs a minute between the first and the last sample; null where that can't be told yet. */
export function paceOf(samples: readonly Sample[]): number | null {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.atMs - first.atMs < 1_000) return null;
  return ((last.done - first.done) / (last.atMs - first.atMs)) * MINUTE_MS;
}

/**
 * What is said of a batch that goes on: its time left and its rate; or since when (ms since 1970) none of
 * its jobs has finished, where that is two minutes and longer. Empty where nothing can be said yet.
 */
export type PaceFacts = { text: string; stillSinceMs: number | null };

/**
 * "about 4 min left, 42 a minute": whole minutes, fives over ten; no time before 20 are done, nor while
 * jobs are `held` until a person does something.
 */
export function paceFacts(samples: readonly Sample[], total: number, held = 0): PaceFacts {
  const last = samples.at(-1);
  const pace = paceOf(samples);
  if (!last || pace === null || last.done >= total) return { text: "", stillSinceMs: null };
  const changed = samples.find(({ done }) => done === last.done) ?? last;
  if (last.atMs - changed.atMs >= STILL_MS) return { text: "", stillSinceMs: changed.atMs };
  if (pace === 0) return { text: "", stillSinceMs: null };
  const rate = rateText(pace);
  if (last.done < ENOUGH_DONE || held > 0) return { text: rate, stillSinceMs: null };
  return { text: `${timeLeft((total - last.done) / pace)}, ${rate}`, stillSinceMs: null };
}

function rateText(perMinute: number): string {
  if (perMinute < 1) return `${Math.max(1, Math.round(perMinute * 60))} an hour`;
  return `${wholeNumber(Math.round(perMinute))} a minute`;
}

function timeLeft(minutes: number): string {
  if (minutes < 1) return "less than a minute left";
  const whole = Math.ceil(minutes);
  const shown = whole <= 10 ? whole : Math.ceil(whole / 5) * 5;
  if (shown < 120) return `about ${shown} min left`;
  return `about ${counted(Math.round(shown / 60), "hour")} left`;
}

/** The last quarter that is done, of which who only listens is told: 0, 25, 50, 75 or 100. */
export function quarterOf(done: number, total: number): number {
  return total === 0 ? 0 : Math.floor((done / total) * 4) * 25;
}

/** Whole percent done; 100 only once all are. */
export function percentDone(done: number, total: number): number {
  return total === 0 ? 0 : Math.floor((done / total) * 100);
}

type Told = { quarter: number; failed: number };

/** What who only listens is told when it gets from one state to the next: a quarter, the first failure; or nothing. */
export function announcement(before: Told, now: Told): string {
  return [
    now.quarter > before.quarter && (now.quarter === 100 ? "All done." : `${now.quarter}% done.`),
    now.failed > 0 && before.failed === 0 && "A job failed.",
  ]
    .filter(Boolean)
    .join(" ");
}
