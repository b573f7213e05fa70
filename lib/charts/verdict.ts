import { ENOUGH_ANSWERS, wilson } from "@/lib/answers/statistics/share";
import type { Trend } from "@/lib/answers/trend";
import { counted, percent, percentRange, wholeNumber } from "@/lib/format/figures";

/** What a trend says, as its chart's heading: the claim, and what it rests on. */
export type Verdict = { claim: string; grounds: string };

type Looked = {
  trend: Pick<Trend, "leader" | "series" | "window">;
  /** How the last day is written. */
  dayLabel: string;
  /** How many answers a day brings by itself; null: none. */
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
      grounds: paceOf({ n: leader.n, window }, answersPerDay),
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

/** When there may be enough; or that so many days never hold them, whatever one waits. */
function paceOf(
  { n, window }: { n: number; window: number },
  answersPerDay: number | null,
): string {
  if (answersPerDay === null) return "It is only asked when run by hand.";
  const most = Math.round(answersPerDay * window);
  if (most < ENOUGH_ANSWERS) {
    return `At this pace ${counted(window, "day")} ${window === 1 ? "holds" : "hold"} ${most === 0 ? "none" : `about ${wholeNumber(most)}`}: pool more days, or add runs.`;
  }
  const days = Math.ceil((ENOUGH_ANSWERS - n) / answersPerDay);
  return `About ${counted(days, "more day")} at this pace.`;
}
