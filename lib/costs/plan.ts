import type { Frequency } from "@/db/schema";
import { answersFor, pointsOf } from "@/lib/answers/statistics/precision";

/** Windows that a trend pools, in days. */
const WINDOWS = [1, 7, 28];

/** A month of 30 days: about. */
const MONTH_DAYS = 30;

/** How often a prompt is asked, in rounds a day; null: only when somebody says so. */
const ROUNDS_A_DAY: Readonly<Record<Frequency, number | null>> = {
  hourly: 24,
  daily: 1,
  weekly: 1 / 7,
  monthly: 1 / MONTH_DAYS,
  once: null,
  manual: null,
};

/** A prompt's schedule, and what one call of each of its models is expected to cost (null: no price). */
export type Schedule = {
  frequency: Frequency;
  runs: number;
  usdPerCall: readonly (number | null)[];
};

type Wanted = { points: number; days: number };

/** What a schedule costs; null: nobody knows. What has no price isn't in it. */
export type Costs = {
  costUsdPerRound: number | null;
  costUsdPerDay: number | null;
  costUsdPerMonth: number | null;
};

/** In: a schedule. Out: what it costs in US dollars, as far as its models have prices. */
export function costsOf({ frequency, runs, usdPerCall }: Schedule): Costs {
  const known = usdPerCall.filter((usd) => usd !== null);
  const perRound = known.length === 0 ? null : runs * known.reduce((sum, usd) => sum + usd, 0);
  const rounds = ROUNDS_A_DAY[frequency];
  const perDay = perRound === null || rounds === null ? null : perRound * rounds;
  return {
    costUsdPerRound: toUsd(perRound),
    costUsdPerDay: toUsd(perDay),
    costUsdPerMonth: toUsd(perDay === null ? null : perDay * MONTH_DAYS),
  };
}

/**
 * How sure the answers of a schedule make its shares, if each call is answered: for windows of 1, 7 and
 * 28 days, of all models together and of one; the round alone (`days: null`) where it has no schedule.
 */
export function precisionOf({ frequency, runs, usdPerCall }: Schedule) {
  const windows = ROUNDS_A_DAY[frequency] === null ? [null] : WINDOWS;
  return windows.flatMap((days) => {
    const rounds = roundsIn(days, frequency);
    if (rounds === 0) return [];
    const answers = rounds * runs * usdPerCall.length;
    const answersPerModel = rounds * runs;
    return {
      days,
      answers,
      points: toTenth(pointsOf(answers)),
      answersPerModel,
      pointsPerModel: toTenth(pointsOf(answersPerModel)),
    };
  });
}

/**
 * The fewest runs by which the share of all models together is off by at most `points` over `days` days,
 * and what they cost. Null: no round falls into so few days.
 */
export function planFor({ points, days }: Wanted, schedule: Schedule, mostRuns: number) {
  const rounds = roundsIn(days, schedule.frequency);
  if (rounds === 0) return null;
  const answers = answersFor(points);
  const runs = Math.ceil(answers / (rounds * schedule.usdPerCall.length));
  return {
    points,
    days,
    answers,
    runs,
    isPossible: runs <= mostRuns,
    ...costsOf({ ...schedule, runs }),
  };
}

/** Rounds that fall into so many days; without a schedule one. */
function roundsIn(days: number | null, frequency: Frequency): number {
  const rounds = ROUNDS_A_DAY[frequency];
  return rounds === null || days === null ? 1 : Math.round(rounds * days);
}

function toUsd(usd: number | null): number | null {
  return usd === null ? null : Number(usd.toFixed(8));
}

function toTenth(points: number): number {
  return Math.round(points * 10) / 10;
}
