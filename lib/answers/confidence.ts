import { isTied } from "./statistics/gap";
import { ENOUGH_ANSWERS, wilson } from "./statistics/share";

export type ConfidenceLevel = "low" | "medium" | "high";

/**
 * How sure the leading entity of `n` answers is: its share, and a level (measuring.md, 11): `low` with
 * too few answers or a tie, `high` where the share is over one half for sure.
 */
export function confidenceOf(
  first: number,
  second: number,
  n: number,
): { confidence: number; confidenceLevel: ConfidenceLevel } {
  const isLow = n < ENOUGH_ANSWERS || isTied(first, second, n);
  const isHigh = wilson(first, n).low > 0.5;
  return { confidence: first / n, confidenceLevel: isLow ? "low" : isHigh ? "high" : "medium" };
}
