import { describe, expect, test } from "vitest";
import { isTied } from "@/lib/answers/statistics/gap";

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
