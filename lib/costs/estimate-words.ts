import { counted, usd, wholeNumber } from "@/lib/format/figures";

/** What a form knows of an estimate; see docs/api.md, "What it would cost". */
export type Estimated = {
  jobsPerRound: number;
  costUsdPerRound: number | null;
  costUsdPerDay: number | null;
  costUsdPerMonth: number | null;
  unpricedModelIds: readonly number[];
  models: readonly unknown[];
  precision: readonly { days: number | null; answers: number; points: number }[];
};

/**
 * What an estimate says, in one line: "40 answers a day, ±15 points a day, ±6 over 7 days. $0.42 a day,
 * $12.60 a month; 1 model has no price."
 */
export function estimateSentence(estimate: Estimated): string {
  return `${answersOf(estimate)}. ${costOf(estimate)}.`;
}

/** Of two windows: more is for a table. */
function answersOf({ precision, jobsPerRound }: Estimated): string {
  const [first, second] = precision;
  if (!first) return `${counted(jobsPerRound, "answer")} a run`;
  const points = (n: number) => `±${wholeNumber(Math.round(n))}`;
  if (first.days === null) {
    return `${counted(first.answers, "answer")} a run, ${points(first.points)} points`;
  }
  const each = first.days === 1 ? "a day" : `in ${first.days} days`;
  const further = second ? `, ${points(second.points)} over ${second.days} days` : "";
  return `${counted(first.answers, "answer")} ${each}, ${points(first.points)} points ${each}${further}`;
}

function costOf(estimate: Estimated): string {
  const { costUsdPerRound, costUsdPerDay, costUsdPerMonth, unpricedModelIds, models } = estimate;
  const unpriced = unpricedModelIds.length;
  if (unpriced > 0 && unpriced === models.length) {
    return unpriced === 1 ? "Its model has no price" : "None of its models has a price";
  }
  const cost =
    costUsdPerMonth === null
      ? `${usd(costUsdPerRound)} a run`
      : `${usd(costUsdPerDay)} a day, ${usd(costUsdPerMonth)} a month`;
  if (unpriced === 0) return cost;
  return `${cost}; ${counted(unpriced, "model")} ${unpriced === 1 ? "has" : "have"} no price`;
}
