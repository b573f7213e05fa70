import { errorFunction } from "simple-statistics";
import { type Interval, type Share, wilson } from "./share";

/**
 * Newcombe's 95 % interval of the difference `to` − `from` of two shares in different answers; −1 to 1.
 * R. G. Newcombe, "Interval Estimation for the Difference Between Independent Proportions: Comparison
 * of Eleven Methods", Statistics in Medicine 17 (1998), 873–890, method 10 (without continuity correction).
 */
export function newcombe(from: Share, to: Share): Interval {
  const [p1, p2] = [from.k / from.n, to.k / to.n];
  const [first, second] = [wilson(from.k, from.n), wilson(to.k, to.n)];
  const difference = p2 - p1;
  return {
    low: difference - Math.hypot(p2 - second.low, first.high - p1),
    high: difference + Math.hypot(second.high - p2, p1 - first.low),
  };
}

/**
 * The two-sided p-value of two shares in different answers being equal: the score test, which is
 * Pearson's χ² of the 2 × 2 table without correction. 1 where both are none or all.
 */
export function pValueOfDifference(from: Share, to: Share): number {
  const pooled = (from.k + to.k) / (from.n + to.n);
  const variance = pooled * (1 - pooled) * (1 / from.n + 1 / to.n);
  if (variance === 0) return 1;
  const z = (to.k / to.n - from.k / from.n) / Math.sqrt(variance);
  return 1 - errorFunction(Math.abs(z) / Math.SQRT2);
}
