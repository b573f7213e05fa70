import type { Frequency } from "@/db/schema";

/**
 * How many days apart two answered days may lie for no window between them to be missing: a weekly
 * question asked on a Monday, and on the Sunday of the next week, has missed none.
 */
const MOST_DAYS_APART: Readonly<Record<Frequency, number>> = {
  hourly: 1,
  daily: 1,
  weekly: 13,
  monthly: 61,
  once: 1,
  manual: 1,
};

export const mostDaysApart = (frequency: Frequency): number => MOST_DAYS_APART[frequency];

/** Whether each day without a run is one that is missing. */
export const isAskedDaily = (frequency: Frequency): boolean =>
  frequency === "hourly" || frequency === "daily";

/** Where a line may not go on: behind days without answers, and at breaks. */
export type Interruptions = {
  mostApart: number;
  /** Indexes of the days from which on answers are to something else. */
  breaks: readonly number[];
};

/** In: a value for each day, null without one. Out: the indexes of those that one stroke may join. */
export function runsOf<T>(
  values: readonly (T | null)[],
  { mostApart, breaks }: Interruptions,
): number[][] {
  const runs: number[][] = [];
  for (const [index, value] of values.entries()) {
    if (value === null) continue;
    const run = runs.at(-1);
    const last = run?.at(-1);
    const goesOn =
      last !== undefined &&
      index - last <= mostApart &&
      !breaks.some((at) => at > last && at <= index);
    if (run && goesOn) run.push(index);
    else runs.push([index]);
  }
  return runs;
}

/**
 * The stretches of days without answers: from the first day of each to the last. What comes before the
 * first answer is none, nor is `today`, which may still be asked.
 */
export function gapsOf<T>(
  values: readonly (T | null)[],
  mostApart: number,
  todayIndex: number,
): { first: number; last: number }[] {
  const answered = [...values.keys()].filter((index) => values[index] !== null);
  const ends = [...answered, Math.min(values.length, todayIndex)];
  return answered.flatMap((index, place) => {
    const next = ends[place + 1] ?? 0;
    return next - index > mostApart && next - index > 1 ? { first: index + 1, last: next - 1 } : [];
  });
}
