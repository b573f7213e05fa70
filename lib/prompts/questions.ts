import { estimateCallsOf } from "@/db/call-costs";
import {
  listAllQuestions,
  listQuestions,
  type QuestionFilter,
  type QuestionOrder,
  type QuestionRow,
  STORED_ORDERS,
  type StoredOrder,
} from "@/db/question-list-queries";
import { addDays } from "@/lib/answers/days";
import { readLastDays } from "@/lib/answers/last-days";
import { type Standing, standingOf } from "@/lib/answers/standing";
import { type Costs, costsOf, type Schedule } from "@/lib/costs/plan";

/** What a list may be sorted by: the database's own orders, and two that are reckoned before. */
export const QUESTION_ORDERS = [...STORED_ORDERS, "cost", "leader"] as const;

/** Days of a question's line in the list, up to today. */
export const LINE_DAYS = 28;

/** A month's cost; of how many of its models that are on nobody knows the price. */
export type QuestionCosts = Costs & { unpriced: number };

/** `standing` is null where it has no answers. */
export type Question = QuestionRow & { standing: Standing | null; costs: QuestionCosts };

export type QuestionsAsked = {
  filter: QuestionFilter;
  /** A part of the name of who leads, in any case. */
  leader?: string | undefined;
  order: { by: (typeof QUESTION_ORDERS)[number]; descending: boolean };
  page: { limit: number; after: number | null };
};

/**
 * A page of questions, with who leads them and what they cost. To sort by either, or to filter by who
 * leads, it is reckoned for all that the filters leave: about 1 ms of the database for each.
 */
export async function readQuestions(asked: QuestionsAsked, today: string) {
  const since = addDays(today, 1 - LINE_DAYS);
  const { rows, before, total } = await listQuestions(
    asked.filter,
    await orderOf(asked, today),
    asked.page,
  );
  const ids = rows.map(({ id }) => id);
  const [standings, costs] = await Promise.all([readStandings(ids, since), readCosts(rows)]);
  const questions = rows.map(
    (row): Question => ({
      ...row,
      standing: standings.get(row.id) ?? null,
      costs: costs.get(row.id) ?? NOTHING_ASKED,
    }),
  );
  return { questions, before, total };
}

const isStored = (by: string): by is StoredOrder => STORED_ORDERS.some((order) => order === by);

async function orderOf(
  { filter, leader, order: { by, descending } }: QuestionsAsked,
  today: string,
): Promise<QuestionOrder> {
  if (isStored(by) && leader === undefined) return { by, descending };
  const all = await listAllQuestions(filter);
  const ids = all.map(({ id }) => id);
  const needsStandings = leader !== undefined || by === "leader";
  const [standings, costs] = await Promise.all([
    needsStandings ? readStandings(ids, today) : new Map<number, Standing>(),
    by === "cost" ? readCosts(all) : new Map<number, QuestionCosts>(),
  ]);
  const among = ids.filter((id) => leader === undefined || leads(standings.get(id), leader));
  if (isStored(by)) return { by, descending, among };
  const value = (id: number) =>
    by === "cost" ? costs.get(id)?.costUsdPerMonth : leadOf(standings.get(id));
  return { by: "given", among: sortedBy(among, value, descending) };
}

const leadOf = (standing: Standing | undefined) =>
  standing?.enough ? standing.first?.share : undefined;

function leads(standing: Standing | undefined, part: string): boolean {
  const wanted = part.toLowerCase();
  return standing?.leaders.some(({ name }) => name.toLowerCase().includes(wanted)) ?? false;
}

/** What has no value comes last; what has the same stays in its order. */
function sortedBy(
  ids: readonly number[],
  value: (id: number) => number | null | undefined,
  descending: boolean,
): number[] {
  const sign = descending ? -1 : 1;
  return ids.toSorted((a, b) => {
    const [of, other] = [value(a) ?? null, value(b) ?? null];
    if (of === null || other === null) return Number(of === null) - Number(other === null);
    return sign * (of - other);
  });
}

/** Who leads each of these questions, of those that have answers. */
async function readStandings(
  ids: readonly number[],
  since: string,
): Promise<Map<number, Standing>> {
  const counted = await readLastDays(ids, since);
  return new Map(
    counted.flatMap(({ promptId, ...counts }): [number, Standing][] => {
      const standing = standingOf(counts);
      return standing ? [[promptId, standing]] : [];
    }),
  );
}

const NOTHING_ASKED: QuestionCosts = {
  costUsdPerRound: null,
  costUsdPerDay: null,
  costUsdPerMonth: null,
  unpriced: 0,
};

async function readCosts(
  questions: readonly (Pick<QuestionRow, "id"> & Omit<Schedule, "usdPerCall">)[],
): Promise<Map<number, QuestionCosts>> {
  const calls = await estimateCallsOf(questions.map(({ id }) => id));
  const usdPerCallOf = new Map(calls.map(({ promptId, usdPerCall }) => [promptId, usdPerCall]));
  return new Map(
    questions.map(({ id, frequency, runs }) => {
      const usdPerCall = usdPerCallOf.get(id) ?? [];
      const unpriced = usdPerCall.filter((usd) => usd === null).length;
      return [id, { ...costsOf({ frequency, runs, usdPerCall }), unpriced }];
    }),
  );
}
