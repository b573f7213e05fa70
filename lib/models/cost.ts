import type { TokenUsage } from "./outcome";

/** US dollars per million tokens; null where unknown. */
export type ModelPrices = {
  inputUsdPerMillion: number | null;
  cachedInputUsdPerMillion: number | null;
  outputUsdPerMillion: number | null;
};

// No single call costs this much; such a figure is a defect or malice, and would spend the budget.
const IMPLAUSIBLE_USD = 10_000;

/**
 * What one call cost (contract.md, "Money"). In: the provider's own figure in US dollars where it
 * gave one, the tokens it reported, and the model's prices. Out: US dollars, null where unknown.
 *
 * Cached input tokens are part of the input tokens. Where their own price is unknown they count at
 * the full input price: that is the upper bound, so a budget is never overspent by it, while null
 * would throw away a figure that is nearly right.
 */
export function costOfCall(
  reportedUsd: number | null,
  usage: TokenUsage,
  prices: ModelPrices,
): number | null {
  if (reportedUsd !== null) return plausible(reportedUsd);
  const { inputTokens, outputTokens } = usage;
  const { inputUsdPerMillion, outputUsdPerMillion } = prices;
  if (inputTokens === null || outputTokens === null) return null;
  if (inputUsdPerMillion === null || outputUsdPerMillion === null) return null;
  const cached = Math.min(usage.cachedInputTokens ?? 0, inputTokens);
  const cachedUsdPerMillion = prices.cachedInputUsdPerMillion ?? inputUsdPerMillion;
  return plausible(
    ((inputTokens - cached) * inputUsdPerMillion +
      cached * cachedUsdPerMillion +
      outputTokens * outputUsdPerMillion) /
      1_000_000,
  );
}

function plausible(usd: number): number | null {
  if (!Number.isFinite(usd) || usd < 0 || usd > IMPLAUSIBLE_USD) return null;
  // Ten decimals: a ten-thousandth of a micro-dollar, without the noise of binary fractions.
  return Number(usd.toFixed(10));
}
