import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { wilson } from "@/lib/answers/statistics/share";

describe("Wilson's interval", () => {
  // measuring.md, "Check values", in percent.
  test.each([
    [0, 3, 0, 56],
    [1, 3, 6, 79],
    [3, 10, 11, 60],
    [5, 10, 24, 76],
    [13, 18, 49, 88],
    [35, 70, 39, 61],
    [200, 400, 45, 55],
  ])("of %i in %i is %i to %i %%", (k, n, low, high) => {
    const interval = wilson(k, n);
    expect(Math.round(interval.low * 100)).toBe(low);
    expect(Math.round(interval.high * 100)).toBe(high);
  });

  test("holds its share, stays within 0 and 1, and mirrors", () => {
    const counts = fc
      .integer({ min: 1, max: 5_000 })
      .chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));
    fc.assert(
      fc.property(counts, ([k, n]) => {
        const { low, high } = wilson(k, n);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(k / n + 1e-12);
        expect(high).toBeGreaterThanOrEqual(k / n - 1e-12);
        expect(high).toBeLessThanOrEqual(1);
        expect(wilson(n - k, n).low).toBeCloseTo(1 - high, 10);
      }),
    );
  });
});
