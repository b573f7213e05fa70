import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { confidenceOf, isTied, wilson } from "@/lib/answers/confidence";

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

describe("two entities of the same answers", () => {
  test.each([
    [20, 20, 20, true],
    [12, 8, 20, true],
    [15, 5, 20, false],
    [55, 45, 100, true],
    // By hand: gap 0.2, variance (0.6 + 0.4 − 0.04) / 100, half width 0.192.
    [60, 40, 100, false],
    [59, 41, 100, true],
    // By hand: gap 0.2, variance (1.06 − 0.04) / 100, half width 0.198; without the gap's square 0.202.
    [63, 43, 100, false],
    [20, 0, 20, false],
    [3, 0, 20, true],
    [4, 0, 20, false],
  ])("named %i and %i times in %i are tied: %s", (first, second, n, tied) => {
    expect(isTied(first, second, n)).toBe(tied);
  });
});

describe("the confidence of an answer", () => {
  test.each([
    ["low with too few answers, however clear", 19, 0, 19, "low"],
    ["low where two are tied", 20, 19, 20, "low"],
    ["high where more than half is sure", 18, 5, 20, "high"],
    ["medium where one leads without that", 12, 2, 20, "medium"],
  ] as const)("is %s", (_, first, second, n, confidenceLevel) => {
    expect(confidenceOf(first, second, n)).toEqual({ confidence: first / n, confidenceLevel });
  });
});
