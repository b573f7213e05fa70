import { addDays } from "@/lib/answers/days";
import type { Trend } from "@/lib/answers/trend";

/** A share and its interval, 0 to 1; `enough` is false with too few answers to claim anything. */
export type Point = {
  k: number;
  n: number;
  share: number;
  low: number;
  high: number;
  enough: boolean;
};

/** What a chart draws of a name: a point for each day of the range, null where nothing was answered. */
export type TrendLine = {
  id: number;
  name: string;
  slot: number;
  points: readonly (Point | null)[];
  /** The same of single days. */
  days: readonly (Point | null)[];
};

/** All days of a range, both included. */
export function daysOf({ from, to }: { from: string; to: string }): string[] {
  const days = [];
  for (let day = from; day <= to; day = addDays(day, 1)) days.push(day);
  return days;
}

type Series = Trend["series"];

/** In: the names to draw, in order, and the slots they have. Out: their lines, day by day. */
export function linesOf(
  days: readonly string[],
  trend: { series: Series; single: Series },
  names: readonly number[],
  slots: ReadonlyMap<number, number>,
): TrendLine[] {
  const singles = new Map(trend.single.map(({ entity, points }) => [entity.id, points]));
  const series = new Map(trend.series.map((one) => [one.entity.id, one]));
  return names.flatMap((id) => {
    const found = series.get(id);
    const slot = slots.get(id);
    if (!found || slot === undefined) return [];
    return {
      ...{ id, name: found.entity.name, slot },
      points: byDay(days, found.points),
      days: byDay(days, singles.get(id) ?? []),
    };
  });
}

function byDay(days: readonly string[], points: Series[number]["points"]): (Point | null)[] {
  const at = new Map(points.map(({ date, ...point }) => [date, point]));
  return days.map((day) => at.get(day) ?? null);
}

/** The names most given in the last window, most first, ties by id. */
export function ranked(series: Series): Series {
  const last = ({ points }: Series[number]) => points.at(-1)?.k ?? 0;
  return series.toSorted((a, b) => last(b) - last(a) || a.entity.id - b.entity.id);
}
