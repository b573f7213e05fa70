import type { Coverage } from "@/db/trend-queries";
import { wholeNumber } from "@/lib/format/figures";
import type { Column } from "./trend-chart";

/** A day of the strip under the chart. */
export type CoverageCell = Column & {
  day: string;
  /** The part of the planned jobs that was answered; null where none was planned. */
  answered: number | null;
};

/**
 * What was answered of what was planned, day by day. Days without jobs are there from the first day with
 * some on, where the question is asked every day.
 */
export function coverageCells(
  days: readonly string[],
  coverage: readonly Coverage[],
  options: { isDaily: boolean; today: string },
): CoverageCell[] {
  const counted = new Map(coverage.map((day) => [day.date, day]));
  const first = coverage[0]?.date ?? "";
  return days.flatMap((day, index) => {
    const found = counted.get(day);
    const isMissing = options.isDaily && first !== "" && day > first && day < options.today;
    if (!found && !isMissing) return [];
    const answered = found ? found.answered / found.planned : null;
    return { day, answered, left: (index / days.length) * 100, width: 100 / days.length };
  });
}

/** In all: so many answered of so many planned. */
export function coverageOf(coverage: readonly Coverage[]) {
  const sum = (count: (day: Coverage) => number) =>
    coverage.reduce((total, day) => total + count(day), 0);
  return {
    planned: sum(({ planned }) => planned),
    answered: sum(({ answered }) => answered),
    failed: sum(({ failed }) => failed),
    refused: sum(({ refused }) => refused),
  };
}

type Counted = ReturnType<typeof coverageOf>;

/** "Coverage 97%, 1,155 of 1,190 answered, 3 refused, days in UTC"; what isn't all is never 100%. */
export function coverageSentence({ planned, answered, failed, refused }: Counted): string {
  if (planned === 0) return "Nothing was asked on these days.";
  const parts = [
    `Coverage ${Math.floor((answered / planned) * 100)}%`,
    `${wholeNumber(answered)} of ${wholeNumber(planned)} answered`,
    failed > refused ? `${wholeNumber(failed - refused)} failed` : null,
    refused > 0 ? `${wholeNumber(refused)} refused` : null,
    "days in UTC",
  ];
  return parts.filter((part) => part !== null).join(", ");
}
