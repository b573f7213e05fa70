/** So many colours and markers can be told apart; no chart draws more lines. */
export const MOST_LINES = 8;

/**
 * Which colour and marker (1 to 8) each drawn name has. In: the ids of the names with most answers in the
 * question's whole life, most first, and those that are drawn. The first eight of the former keep theirs
 * whatever is drawn; others borrow one whose owner isn't drawn.
 */
export function slotsOf(
  mostNamed: readonly number[],
  drawn: readonly number[],
): ReadonlyMap<number, number> {
  const owners = mostNamed.slice(0, MOST_LINES);
  const slots = new Map<number, number>();
  for (const id of drawn) {
    const owned = owners.indexOf(id);
    if (owned !== -1) slots.set(id, owned + 1);
  }
  const free = Array.from({ length: MOST_LINES }, (_, index) => index + 1);
  const taken = new Set(slots.values());
  const lent = free.filter((slot) => !taken.has(slot));
  for (const id of drawn) {
    if (slots.has(id)) continue;
    const slot = lent.shift();
    if (slot !== undefined) slots.set(id, slot);
  }
  return slots;
}
