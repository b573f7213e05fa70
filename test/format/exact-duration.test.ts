import { expect, test } from "vitest";
import { exactDuration } from "@/lib/format/times";

test.each([
  [0, "0 s"],
  [300, "0.3 s"],
  [12_730, "12.7 s"],
  [41_000, "41 s"],
  [59_970, "1 min"],
  [164_000, "2 min 44 s"],
  [179_700, "3 min"],
  [3_599_900, "1 h"],
  [7_500_000, "2 h 5 min"],
])("%i ms took %s: what is rounded carries over", (ms, text) => {
  expect(exactDuration(ms)).toBe(text);
});
