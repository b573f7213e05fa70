/** The standard normal's 97.5 % quantile: two-sided intervals of 95 %. */
export const Z = 1.959963984540054;

/** Fewer answers than this name no leader and no change (measuring.md, 6). */
export const ENOUGH_ANSWERS = 20;

export type Interval = { low: number; high: number };

/** `k` of `n` answers, n > 0. */
export type Share = { k: number; n: number };

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
