import type { DayRange } from "@/db/answer-segments";
import { findModel } from "@/db/models";
import { countCoverage, countDays } from "@/db/trend-queries";
import type { Caller } from "@/lib/auth/caller";
import { modelNotFound } from "@/lib/errors";
import { type PromptRef, resolvePrompt } from "@/lib/prompts/prompts";
import { addDays } from "./days";
import { trendOf } from "./trend-figures";

type Options = { range: DayRange; window: number; modelId: number | null };

/**
 * How a prompt's answers changed from day to day, of one model or (null) all; each point pools a window
 * of so many days. Throws as `resolvePrompt` does, and ModelNotFoundError.
 */
export async function readTrend(ref: PromptRef, options: Options, caller: Caller) {
  return describe(await count(ref, options, caller), options);
}

export type Trend = ReturnType<typeof describe>;

/** The same, and from the same counts each day's own shares, of the same days. */
export async function readTrendAndDays(ref: PromptRef, options: Options, caller: Caller) {
  const counted = await count(ref, options, caller);
  const { series } = describe(counted, { ...options, window: 1 });
  return { trend: describe(counted, options), days: series };
}

type Counted = Awaited<ReturnType<typeof count>>;

async function count(ref: PromptRef, { range, window, modelId }: Options, caller: Caller) {
  const { id: promptId } = await resolvePrompt(ref, caller);
  if (modelId !== null && !(await findModel(modelId))) throw modelNotFound(modelId);
  const asked = { promptId, modelId };
  // The first point's window, and the one before it, begin before the range.
  const read = { from: addDays(range.from, 1 - 2 * window), to: range.to };
  const [counts, coverage] = await Promise.all([
    countDays(asked, read),
    countCoverage(asked, range),
  ]);
  return { promptId, counts, coverage };
}

function describe({ promptId, counts, coverage }: Counted, { range, window }: Options) {
  const { series, entityCount, leader, changes } = trendOf(counts, range.from, window);
  const breaks = counts.breaks.filter(({ date }) => date >= range.from);
  const { simulated } = counts;
  return { promptId, window, simulated, series, entityCount, coverage, breaks, leader, changes };
}
