import { describe, expect, test } from "vitest";
import { agreementOf } from "@/lib/answers/statistics/agreement";

describe("how far runs agree", () => {
  test.each([
    ["all the same", [5], 1, 0, 1],
    ["all different", [1, 1, 1, 1, 1], 0.2, 1, 0],
    ["two against two", [2, 2], 0.5, Math.log(2) / Math.log(4), 1 / 3],
    // By hand: 3 + 0 + 0 of 10 pairs; entropy 0.6 ln(5/3) + 0.4 ln 5 = 0.9503.
    ["three and two single ones", [3, 1, 1], 0.6, 0.950_270_5 / Math.log(5), 0.3],
  ])("%s", (_, counts, modalShare, normalisedEntropy, pairAgreement) => {
    const agreement = agreementOf([{ counts, batches: 1 }]);
    expect(agreement?.modalShare).toBeCloseTo(modalShare, 10);
    expect(agreement?.normalisedEntropy).toBeCloseTo(normalisedEntropy, 6);
    expect(agreement?.pairAgreement).toBeCloseTo(pairAgreement, 10);
  });

  test("is pooled by pairs and by answers, and a lone answer says nothing", () => {
    const patterns = [
      { counts: [5], batches: 2 },
      { counts: [1, 1], batches: 10 },
      { counts: [1], batches: 100 },
    ];
    expect(agreementOf(patterns)).toEqual({
      batches: 12,
      pairs: 30,
      answers: 30,
      modalShare: 20 / 30,
      normalisedEntropy: 20 / 30,
      pairAgreement: 20 / 30,
    });
    expect(agreementOf([{ counts: [1], batches: 9 }])).toBeNull();
    expect(agreementOf([])).toBeNull();
  });
});
