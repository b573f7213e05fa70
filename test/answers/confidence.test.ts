import { describe, expect, test } from "vitest";
import { confidenceOf } from "@/lib/answers/confidence";

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
