import type { DailyCounts } from "@/db/trend-queries";
import { leaderOf } from "./leader";
import { ENOUGH_ANSWERS, wilson } from "./statistics/share";
import { verdictsOf } from "./statistics/verdicts";
import { type CountIn, poolDays, type Window } from "./windows";

/** Hundreds of names that came once would make megabytes, and nobody can tell so many lines apart. */
const MOST_SERIES = 50;

type Entity = { id: number; name: string; count: CountIn; inRange: number; k: number };

/**
 * What a trend may claim. In: the counts of the days from `from` on, and of the two windows of `size`
 * days before. Out: see docs/api.md. The last day with answers is the one that leader and changes are of.
 */
export function trendOf(counts: DailyCounts, from: string, size: number) {
  const pool = poolDays(counts, size);
  const dates = counts.days.map(({ day }) => day).filter((day) => day >= from);
  const last = dates.at(-1);
  if (last === undefined) {
    const leader = { ...leaderOf([], 0), date: null, n: 0 };
    return { series: [], entityCount: 0, leader, changes: [] };
  }
  const [earlier, later] = [pool.before(last), pool.endingWith(last)];
  const firstIndex = counts.days.length - dates.length;
  const entities = counts.entities.map((entity): Entity => {
    const count = pool.counterOf(entity);
    const { id, name } = entity;
    return { id, name, count, inRange: sumFrom(firstIndex, entity), k: count(later) };
  });
  const leader = leaderOf(entities, later.n);
  const shown = mostNamed(entities, leader.entityIds[0]);
  const ids = new Set(shown.map(({ id }) => id));
  const windows = dates.map((date) => ({ date, window: pool.endingWith(date) }));
  const compared = shown.map(({ id, count, k }) => ({
    about: id,
    from: { k: count(earlier), n: earlier.n },
    to: { k, n: later.n },
  }));
  return {
    series: shown.map(({ id, name, count }) => ({
      entity: { id, name },
      points: windows.map(({ date, window }) => pointOf(date, window, count)),
    })),
    entityCount: entities.length,
    leader: {
      status: leader.status,
      entityIds: leader.entityIds.filter((id) => ids.has(id)),
      ...{ date: last, n: later.n },
    },
    changes: verdictsOf(compared).map(({ about, verdict, ...figures }) => ({
      entityId: about,
      verdict: verdict === "differs" ? "moved" : verdict,
      ...figures,
    })),
  };
}

/** In how many answers from the day with that index on. */
function sumFrom(
  firstIndex: number,
  { dayIndexes, counts }: DailyCounts["entities"][number],
): number {
  return counts.reduce(
    (sum, k, place) => sum + ((dayIndexes[place] ?? -1) >= firstIndex ? k : 0),
    0,
  );
}

/** The most named ones; with whoever leads now among them, however new it is. */
function mostNamed(entities: readonly Entity[], leaderId: number | undefined): Entity[] {
  const byUse = (a: Entity, b: Entity) => b.inRange - a.inRange || a.id - b.id;
  const isFirst = ({ id }: Entity) => Number(id === leaderId);
  return entities
    .toSorted((a, b) => isFirst(b) - isFirst(a) || byUse(a, b))
    .slice(0, MOST_SERIES)
    .sort(byUse);
}

function pointOf(date: string, window: Window, count: CountIn) {
  const { n } = window;
  const k = count(window);
  return { date, k, n, share: k / n, ...wilson(k, n), enough: n >= ENOUGH_ANSWERS };
}
