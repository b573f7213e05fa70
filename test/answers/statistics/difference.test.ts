import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { newcombe, pValueOfDifference } from "@/lib/answers/statistics/difference";

const share = ([k, n]: readonly [number, number]) => ({ k, n });

describe("Newcombe's interval", () => {
  // Newcombe (1998), Table II, method 10: the first share minus the second.
  test.each([
    [56, 70, 48, 80, 0.0524, 0.3339],
    [9, 10, 3, 10, 0.1705, 0.809],
    [6, 7, 2, 7, 0.0582, 0.8062],
    [5, 56, 0, 29, -0.0381, 0.1926],
    [0, 10, 0, 20, -0.1611, 0.2775],
    [0, 10, 0, 10, -0.2775, 0.2775],
    [10, 10, 0, 20, 0.6791, 1],
    [10, 10, 0, 10, 0.6075, 1],
  ])("of %i/%i less %i/%i is the published one", (k2, n2, k1, n1, low, high) => {
    const interval = newcombe({ k: k1, n: n1 }, { k: k2, n: n2 });
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  test("holds the difference, stays within −1 and 1, and turns about with its shares", () => {
    const counts = fc
      .integer({ min: 1, max: 3_000 })
      .chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));
    fc.assert(
      fc.property(counts, counts, (one, other) => {
        const [from, to] = [share(one), share(other)];
        const { low, high } = newcombe(from, to);
        const difference = to.k / to.n - from.k / from.n;
        expect(low).toBeGreaterThanOrEqual(-1 - 1e-12);
        expect(high).toBeLessThanOrEqual(1 + 1e-12);
        expect(low).toBeLessThanOrEqual(difference + 1e-12);
        expect(high).toBeGreaterThanOrEqual(difference - 1e-12);
        expect(newcombe(to, from).low).toBeCloseTo(-high, 10);
      }),
    );
  });
});

describe("the p-value of a difference", () => {
  // Pearson's χ² without correction, 1 degree of freedom, by hand.
  test.each([
    [56, 70, 48, 80, 0.008_04],
    [9, 10, 3, 10, 0.006_17],
    [30, 100, 30, 100, 1],
    [0, 20, 0, 30, 1],
    [20, 20, 30, 30, 1],
  ])("of %i/%i and %i/%i", (k1, n1, k2, n2, p) => {
    expect(pValueOfDifference({ k: k1, n: n1 }, { k: k2, n: n2 })).toBeCloseTo(p, 4);
  });
});
