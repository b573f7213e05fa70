import type { Coverage } from "@/db/trend-queries";
import { escapeCell } from "@/lib/csv/formulas";
import { writeCsv } from "@/lib/csv/records";
import type { Point, TrendLine } from "./trend-data";

/** A day of a trend as a row: a point for each name, or why there is none. */
export type TrendRow = {
  day: string;
  /** The answers of the day's window; null where the day has none. */
  n: number | null;
  points: (Point | null)[];
  /** Why the day has no figures, or why the line breaks there. */
  notes: string[];
};

export type TrendTable = { names: { id: number; name: string }[]; rows: TrendRow[] };

/**
 * The figures of a trend as a table, newest day first, from the first day with jobs or answers on; where
 * the question isn't asked every day, only such days. In: what to say of each break, by its day.
 */
export function trendTable(
  days: readonly string[],
  lines: readonly TrendLine[],
  coverage: readonly Coverage[],
  { isDaily, breaks }: { isDaily: boolean; breaks: readonly { day: string; sentence: string }[] },
): TrendTable {
  const planned = new Map(coverage.map((day) => [day.date, day]));
  const nOf = (index: number) => lines[0]?.points[index]?.n ?? null;
  const wasAsked = (day: string, index: number) => nOf(index) !== null || planned.has(day);
  const first = days.findIndex(wasAsked);
  const rows = days.map((day, index) => ({
    day,
    n: nOf(index),
    points: lines.map(({ points }) => points[index] ?? null),
    notes: [
      ...(nOf(index) === null ? [whyEmpty(planned.get(day))] : []),
      ...breaks.filter((at) => at.day === day).map(({ sentence }) => sentence),
    ],
  }));
  return {
    names: lines.map(({ id, name }) => ({ id, name })),
    rows: rows
      .filter(
        ({ day }, index) => wasAsked(day, index) || (isDaily && first !== -1 && index > first),
      )
      .reverse(),
  };
}

function whyEmpty(day: Coverage | undefined): string {
  return day === undefined ? "No run" : `None of ${day.planned} jobs answered`;
}

const HEAD = ["date", "entityId", "entity", "k", "n", "share", "low", "high", "enough", "note"];

/** The table as CSV: a row for each day and name, shares from 0 to 1; a day without figures has one row. */
export function writeTrend({ names, rows }: TrendTable): string {
  const lines = rows.flatMap(({ day, n, points, notes }) => {
    const note = notes.join(" ");
    if (n === null) return [[day, "", "", "", "", "", "", "", "", note]];
    return names.map(({ id, name }, place) => {
      const point = points[place];
      const figures = point
        ? [point.k, point.n, point.share, point.low, point.high, point.enough]
        : ["", "", "", "", "", ""];
      return [day, id, name, ...figures, note];
    });
  });
  return writeCsv([HEAD, ...lines.map((cells) => cells.map((cell) => escapeCell(String(cell))))]);
}
