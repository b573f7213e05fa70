import { ENOUGH_ANSWERS, type Interval, wilson } from "@/lib/answers/statistics/share";
import { percent, wholeNumber } from "@/lib/format/figures";

/** What a reader of a chart in the browser knows of a name: its count on each day, 0 where none answered. */
export type ReadLine = {
  id: number;
  name: string;
  slot: number;
  k: readonly number[];
  /** How its share changed at the end: "within noise". */
  change: string;
};

export type Reading = Interval & { share: number; enough: boolean };

/** A share with its interval; null where nothing was answered. */
export function readingOf(k: number, n: number | null): Reading | null {
  if (n === null || n === 0) return null;
  return { share: k / n, ...wilson(k, n), enough: n >= ENOUGH_ANSWERS };
}

/** A UTC day in words: 3 January. */
export function dayInWords(day: string): string {
  const at = new Date(`${day}T00:00:00Z`);
  return new Intl.DateTimeFormat("en-GB", {
    timeZone: "UTC",
    day: "numeric",
    month: "long",
  }).format(at);
}

/** What stands over a day, said: "3 January: Severance 59%, 41 of 70; Andor …". */
export function spokenReading(
  day: string,
  n: number | null,
  lines: readonly { name: string; k: number }[],
): string {
  if (n === null || n === 0) return `${dayInWords(day)}: no answers`;
  const few = n < ENOUGH_ANSWERS ? ", too few answers" : "";
  const said = lines.map(
    ({ name, k }) => `${name} ${percent(k / n)}, ${wholeNumber(k)} of ${wholeNumber(n)}`,
  );
  return `${dayInWords(day)}${few}: ${said.join("; ")}`;
}
