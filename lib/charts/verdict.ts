import { ENOUGH_ANSWERS, wilson } from "@/lib/answers/statistics/share";
import type { Trend } from "@/lib/answers/trend";
import { counted, percent, percentRange, wholeNumber } from "@/lib/format/figures";

/** What a trend says, as its chart's heading: the claim, and what it rests on. */
export type Verdict = { claim: string; grounds: string };

type Looked = {
  trend: Pick<Trend, "leader" | "series" | "window">;
  /** How the last day is written. */
  dayLabel: string;
  /** How many answers a day brings at the present pace; null: nobody knows. */
  answersPerDay: number | null;
};

/** The guide's sentence over a trend chart. */
export function verdictOf({ trend, dayLabel, answersPerDay }: Looked): Verdict {
  const { leader, series, window } = trend;
  const period = window === 1 ? `on ${dayLabel}` : `over the ${window} days to ${dayLabel}`;
  const last = (id: number) => {
    const found = series.find(({ entity }) => entity.id === id);
    return { name: found?.entity.name ?? "", k: found?.points.at(-1)?.k ?? 0 };
  };
  const named = leader.entityIds.map(last);
  const [first] = named;
  if (leader.status === "not_enough") {
    const had = `${wholeNumber(leader.n)} of the ${ENOUGH_ANSWERS} it takes`;
    return {
      claim: `Too few answers to name a leader: ${had}.`,
      grounds: paceOf(ENOUGH_ANSWERS - leader.n, answersPerDay),
    };
  }
  if (!first) {
    return {
      claim: "Nothing is named.",
      grounds: `None of ${counted(leader.n, "answer")} names anything ${period}.`,
    };
  }
  const range = wilson(first.k, leader.n);
  const figures = (k: number) => `${wholeNumber(k)} of ${wholeNumber(leader.n)} answers`;
  if (leader.status === "leader" || named.length === 1) {
    const interval = `95% interval ${percentRange(range.low, range.high)}`;
    return {
      claim: leader.status === "leader" ? `${first.name} leads.` : `Nobody leads for sure.`,
      grounds: `${leader.status === "leader" ? "It" : first.name} is named in ${figures(first.k)} (${percent(first.k / leader.n)}, ${interval}) ${period}.`,
    };
  }
  const shown = named.slice(0, MOST_NAMED);
  const more = named.length - shown.length;
  const names =
    more > 0 ? [...shown.map(({ name }) => name), `${more} more`] : shown.map(({ name }) => name);
  const low = named.at(-1)?.k ?? 0;
  return {
    claim: `${listed(names)} are tied.`,
    grounds: `They are named in ${low === first.k ? "" : `${wholeNumber(low)} to `}${figures(first.k)} ${period}: the gap between them is within noise.`,
  };
}

/** More names than these are no sentence. */
const MOST_NAMED = 4;

/** "Severance, Andor and Shōgun". */
export function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
}

function paceOf(missing: number, answersPerDay: number | null): string {
  if (answersPerDay === null || answersPerDay <= 0) return "Nothing is asked by itself: run it.";
  const days = Math.ceil(missing / answersPerDay);
  return `About ${days} more ${days === 1 ? "day" : "days"} at this pace.`;
}
