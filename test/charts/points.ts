import { wilson } from "@/lib/answers/statistics/share";
import type { Point, TrendLine } from "@/lib/charts/trend-data";

/** A point as a trend has it. */
export function point(k: number, n = 100): Point {
  return { k, n, share: k / n, ...wilson(k, n), enough: n >= 20 };
}

/** Points of 100 answers each; null is a day without answers. */
export const pointsOf = (ks: readonly (number | null)[], n = 100): (Point | null)[] =>
  ks.map((k) => (k === null ? null : point(k, n)));

/** A name's line in slot 1, its single days the same as its windows. */
export function lineOf(
  ks: readonly (number | null)[],
  given: Partial<TrendLine> & { n?: number } = {},
): TrendLine {
  const { n = 100, ...rest } = given;
  const points = pointsOf(ks, n);
  return { id: 1, name: "Severance", slot: 1, points, days: points, ...rest };
}
