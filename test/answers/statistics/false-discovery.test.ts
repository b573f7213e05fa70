import { describe, expect, test } from "vitest";
import { discoveries } from "@/lib/answers/statistics/false-discovery";

describe("many p-values at once", () => {
  test("of the published example the first four count", () => {
    // Benjamini and Hochberg (1995), section 3.2; five are below 0.05 / 2, and nine below 0.05.
    const published = [
      0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719,
      0.6528, 0.759, 1,
    ];
    const counted = published.map((_, index) => index < 4);
    expect(discoveries(published)).toEqual(counted);
    expect(discoveries(published.toReversed())).toEqual(counted.toReversed());
  });

  test("a smaller one counts with a larger one that does, though it misses its own mark", () => {
    expect(discoveries([0.04, 0.03])).toEqual([true, true]);
    expect(discoveries([0.06, 0.03])).toEqual([false, false]);
    expect(discoveries([0.05])).toEqual([true]);
    expect(discoveries([])).toEqual([]);
  });
});
