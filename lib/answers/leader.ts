import { isTied } from "./statistics/gap";
import { ENOUGH_ANSWERS } from "./statistics/share";

export type Leader = {
  /** `leader`: the gap to the next one excludes 0. `tied`: it doesn't, or nothing is named at all. */
  status: "leader" | "tied" | "not_enough";
  /** The leader; or all that are named and whose gap to the most named one doesn't exclude 0. */
  entityIds: number[];
};

/** Who leads among `n` answers, of which each entity is named in `k` (measuring.md, 5 and 6). */
export function leaderOf(named: readonly { id: number; k: number }[], n: number): Leader {
  if (n < ENOUGH_ANSWERS) return { status: "not_enough", entityIds: [] };
  const ranked = named.filter(({ k }) => k > 0).sort((a, b) => b.k - a.k || a.id - b.id);
  const [first, second] = ranked;
  if (!first) return { status: "tied", entityIds: [] };
  if (!isTied(first.k, second?.k ?? 0, n)) return { status: "leader", entityIds: [first.id] };
  const near = ranked.filter(({ k }) => isTied(first.k, k, n));
  return { status: "tied", entityIds: near.map(({ id }) => id) };
}
