import type { DailyCounts } from "@/db/trend-queries";
import { addDays } from "./days";

/** The days that one point pools: from the index `first` to `last` of the days with answers. */
export type Window = { first: number; last: number; n: number };

/** In how many answers of a window something is named. */
export type CountIn = (window: Window) => number;

/**
 * Pools the days of `counts` into windows of `size` days. Nothing is pooled across a break: a window
 * begins with the last one that isn't after its end. Days without answers are none of its days.
 */
export function poolDays({ days, breaks }: Pick<DailyCounts, "days" | "breaks">, size: number) {
  const breakDays = [...new Set(breaks.map(({ date }) => date))].sort();
  const answers = running(days.map(({ n }) => n));
  const indexOf = new Map(days.map(({ day }, index) => [day, index]));
  /** The first of the days with answers from `day` on. */
  const firstFrom = (day: string) => {
    const index = days.findIndex((other) => other.day >= day);
    return index === -1 ? days.length : index;
  };
  const segmentOf = (day: string) => breakDays.findLast((date) => date <= day) ?? "";
  const between = (from: string, last: number): Window => {
    const first = Math.min(firstFrom(from), last + 1);
    return { first, last, n: (answers[last + 1] ?? 0) - (answers[first] ?? 0) };
  };
  return {
    /** The window that ends with a day that has answers. */
    endingWith(day: string): Window {
      const begins = addDays(day, 1 - size);
      const segment = segmentOf(day);
      return between(begins > segment ? begins : segment, indexOf.get(day) ?? -1);
    },
    /** The window right before the one that ends with `day`, of the same segment; n is 0 where there is none. */
    before(day: string): Window {
      const begins = addDays(day, 1 - 2 * size);
      const segment = segmentOf(day);
      const last = firstFrom(addDays(day, 1 - size)) - 1;
      return between(begins > segment ? begins : segment, last);
    },
    /** In: in how many answers of which days an entity is named. */
    counterOf({ dayIndexes, counts }: { dayIndexes: number[]; counts: number[] }): CountIn {
      const perDay = days.map(() => 0);
      for (const [place, index] of dayIndexes.entries()) perDay[index] = counts[place] ?? 0;
      const sums = running(perDay);
      return ({ first, last }) => (sums[last + 1] ?? 0) - (sums[first] ?? 0);
    },
  };
}

/** Sums of the first 0, 1, 2, … values. */
function running(values: readonly number[]): number[] {
  const sums = [0];
  for (const value of values) sums.push((sums.at(-1) ?? 0) + value);
  return sums;
}
