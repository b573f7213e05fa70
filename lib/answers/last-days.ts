import { countLastDays } from "@/db/question-list-queries";

/** So many questions in a statement: for more the planner expects work enough to compile it, which takes longer. */
const COUNTED_AT_ONCE = 20;

/** Statements side by side; the others of a page need connections too. */
const CALLS_AT_ONCE = 3;

type Counted = Awaited<ReturnType<typeof countLastDays>>[number];

/**
 * The answers of each of these questions, as `countDays` counts them, up to its last day with answers:
 * from `since` on, and of that day's week in any case. In no order; none of a question without answers.
 */
export async function readLastDays(
  promptIds: readonly number[],
  since: string,
): Promise<Counted[]> {
  const found: Counted[] = [];
  const chunks = Array.from({ length: Math.ceil(promptIds.length / COUNTED_AT_ONCE) }, (_, index) =>
    promptIds.slice(index * COUNTED_AT_ONCE, (index + 1) * COUNTED_AT_ONCE),
  );
  const work = async () => {
    for (let chunk = chunks.pop(); chunk; chunk = chunks.pop()) {
      found.push(...(await countLastDays(chunk, since)));
    }
  };
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, work));
  return found;
}
