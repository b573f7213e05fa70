/** The standard normal's 97.5 % quantile: two-sided intervals of 95 %. */
const Z = 1.959963984540054;

/** Fewer answers than this name no leader (measuring.md, 6). */
const ENOUGH_ANSWERS = 20;

export type Interval = { low: number; high: number };

/**
 * Wilson's 95 % interval of a share, `k` of `n` answers, n > 0; 0 to 1.
 * E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", JASA 22 (1927).
 */
export function wilson(k: number, n: number): Interval {
  const p = k / n;
  const centre = p + Z ** 2 / (2 * n);
  const halfWidth = Z * Math.sqrt((p * (1 - p) + Z ** 2 / (4 * n)) / n);
  const scale = 1 + Z ** 2 / n;
  return {
    low: Math.max(0, (centre - halfWidth) / scale),
    high: Math.min(1, (centre + halfWidth) / scale),
  };
}

/**
 * True where the 95 % interval of the gap between the two most named entities, in `first` and `second`
 * of the same `n` answers, doesn't exclude 0. Shares within the same answers depend on each other:
 * variance (p1 + p2 − (p1 − p2)²) / n (measuring.md, 4 and 5).
 */
export function isTied(first: number, second: number, n: number): boolean {
  const [p1, p2] = [first / n, second / n];
  const gap = p1 - p2;
  return gap <= Z * Math.sqrt((p1 + p2 - gap ** 2) / n);
}

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
