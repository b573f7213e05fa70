import { counted, wholeNumber } from "./figures";

const MINUTE_MS = 60_000;

/** How many jobs were done at a moment, milliseconds since 1970. */
export type Sample = { atMs: number; done: number };

/** What has been seen is forgotten after this long: the pace of an hour ago is none of now's. */
const WINDOW_MS = 3 * MINUTE_MS;

/** Nothing is said of the time left before so many are done. */
const ENOUGH_DONE = 20;

/** Nothing finished for this long is worth saying. */
const STILL_MS = 2 * MINUTE_MS;

/** Adds what is seen now, and forgets what is older than three minutes but for the last of it. */
export function withSample(samples: readonly Sample[], seen: Sample): Sample[] {
  const all = [...samples, seen];
  const first = all.findLastIndex(({ atMs }) => atMs <= seen.atMs - WINDOW_MS);
  return first > 0 ? all.slice(first) : all;
}

/** Jobs a minute between the first and the last sample; null where that can't be told yet. */
export function paceOf(samples: readonly Sample[]): number | null {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.atMs - first.atMs < 1_000) return null;
  return ((last.done - first.done) / (last.atMs - first.atMs)) * MINUTE_MS;
}

/** When the last change was seen; null where nothing has changed since the first sample. */
function lastChangeMs(samples: readonly Sample[]): number | null {
  const done = samples.at(-1)?.done;
  const before = samples.findLastIndex((sample) => sample.done !== done);
  return before === -1 ? null : (samples[before + 1]?.atMs ?? null);
}

/**
 * "about 4 min left, 42 a minute". Whole minutes, fives over ten; nothing before 20 are done; where none
 * finished for two minutes since a change was seen, `stillSince` says when that was (ms since 1970).
 */
export function paceFacts(
  samples: readonly Sample[],
  total: number,
): { text: string; stillSinceMs: number | null } {
  const last = samples.at(-1);
  const pace = paceOf(samples);
  if (!last || pace === null || last.done < ENOUGH_DONE || last.done >= total) {
    return { text: "", stillSinceMs: null };
  }
  const changedMs = lastChangeMs(samples) ?? samples[0]?.atMs ?? last.atMs;
  if (last.atMs - changedMs >= STILL_MS) return { text: "", stillSinceMs: changedMs };
  if (pace < 0.5) return { text: "", stillSinceMs: null };
  const rate = `${wholeNumber(Math.round(pace))} a minute`;
  return { text: `${timeLeft((total - last.done) / pace)}, ${rate}`, stillSinceMs: null };
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
