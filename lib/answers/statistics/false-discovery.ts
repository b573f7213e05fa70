/** Of what is called a finding, this share may be chance on average. */
const FALSE_DISCOVERY_RATE = 0.05;

/**
 * In: the p-values of many questions asked at once. Out: which of them still count, in their order.
 * Y. Benjamini, Y. Hochberg, "Controlling the False Discovery Rate", J. R. Stat. Soc. B 57 (1995),
 * 289–300: all up to the largest i for which the i-th smallest p is at most i / m × the rate.
 */
export function discoveries(pValues: readonly number[]): boolean[] {
  const most = pValues
    .toSorted((a, b) => a - b)
    .findLast((p, index, { length }) => p <= ((index + 1) / length) * FALSE_DISCOVERY_RATE);
  return pValues.map((p) => most !== undefined && p <= most);
}
