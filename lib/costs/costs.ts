import type { DayRange } from "@/db/answer-segments";
import { readSpentToday, sumCosts } from "@/db/cost-queries";
import { ownedBy, type Sight } from "@/lib/auth/caller";
import type { Environment } from "@/lib/env";

/**
 * What calls cost, by the UTC day of their claim, by prompt and by model; a user's own, or everybody's
 * with the day's budget. In US dollars, as far as costs are known: `unpricedCalls` aren't in it.
 */
export async function readCosts(range: DayRange, sight: Sight, env: Environment) {
  const { ownerId } = ownedBy(sight);
  const [{ byDay, byPrompt, byModel }, budget] = await Promise.all([
    sumCosts(range, ownerId),
    // It is everybody's: who may see only their own learns nothing of what others spend.
    ownerId === undefined ? readBudget(env) : null,
  ]);
  return {
    ...range,
    costUsd: toUsd(byDay.reduce((sum, day) => sum + day.costUsd, 0)),
    unpricedCalls: byDay.reduce((sum, day) => sum + day.unpricedCalls, 0),
    days: byDay,
    prompts: byPrompt,
    models: byModel,
    budget,
  };
}

async function readBudget(env: Environment) {
  if (env.DAILY_BUDGET_USD === undefined) return null;
  const spent = await readSpentToday();
  return spent && { ...spent, limitUsd: Number(env.DAILY_BUDGET_USD) };
}

/** Eight decimals, as they are stored, without the noise of binary fractions. */
function toUsd(usd: number): number {
  return Number(usd.toFixed(8));
}
