import type { DailyCounts } from "@/db/trend-queries";
import { leaderOf } from "./leader";
import { ENOUGH_ANSWERS, wilson } from "./statistics/share";
import { poolDays } from "./windows";

/** The days that a standing pools: those of the usual trend. */
const WINDOW_DAYS = 7;

type Named = {
  id: number;
  name: string;
  k: number;
  n: number;
  share: number;
  low: number;
  high: number;
};

/** A day with answers; `isAnew`: what a model answers to changed on it, so no line leads there. */
type LinePoint = { day: string; share: number; isAnew: boolean };

/** Who leads a question, as a trend says it of its last day with answers. */
export type Standing = {
  status: "leader" | "tied" | "not_enough";
  /** Those who lead, the most named one first; none where nothing is named or answers are too few. */
  leaders: Named[];
  /** The most named one, whoever leads; null: nothing is named. */
  first: Named | null;
  /** Answers in the window that ends on `day`. */
  n: number;
  enough: boolean;
  day: string;
  /** The share of the first one on each day with answers. */
  line: LinePoint[];
  simulated: boolean;
};

/** In: a question's answers of some days. Out: who leads by now; null where there are no answers. */
export function standingOf(counts: DailyCounts): Standing | null {
  const day = counts.days.at(-1)?.day;
  if (day === undefined) return null;
  const pool = poolDays(counts, WINDOW_DAYS);
  const window = pool.endingWith(day);
  const { n } = window;
  const named = counts.entities
    .map((entity) => ({ entity, k: pool.counterOf(entity)(window) }))
    .filter(({ k }) => k > 0)
    .sort((a, b) => b.k - a.k || a.entity.id - b.entity.id);
  const describe = ({ entity: { id, name }, k }: (typeof named)[number]): Named => ({
    ...{ id, name, k, n, share: k / n },
    ...wilson(k, n),
  });
  const { status, entityIds } = leaderOf(
    named.map(({ entity, k }) => ({ id: entity.id, k })),
    n,
  );
  const [first] = named;
  return {
    status,
    leaders: named.filter(({ entity }) => entityIds.includes(entity.id)).map(describe),
    first: first ? describe(first) : null,
    ...{ n, enough: n >= ENOUGH_ANSWERS, day },
    line: first ? lineOf(counts, first.entity) : [],
    simulated: counts.simulated,
  };
}

function lineOf(counts: DailyCounts, entity: DailyCounts["entities"][number]): LinePoint[] {
  const daily = poolDays(counts, 1);
  const count = daily.counterOf(entity);
  const breaks = new Set(counts.breaks.map(({ date }) => date));
  return counts.days.map(({ day }) => {
    const window = daily.endingWith(day);
    return { day, share: count(window) / window.n, isAnew: breaks.has(day) };
  });
}
