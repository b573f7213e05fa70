import { describe, expect, test } from "vitest";
import { type Estimated, estimateSentence } from "@/lib/costs/estimate-words";

const DAILY: Estimated = {
  jobsPerRound: 40,
  costUsdPerRound: 0.42,
  costUsdPerDay: 0.42,
  costUsdPerMonth: 12.6,
  unpricedModelIds: [],
  models: [{}, {}, {}, {}],
  precision: [
    { days: 1, answers: 40, points: 14.8 },
    { days: 7, answers: 280, points: 5.8 },
    { days: 28, answers: 1120, points: 2.9 },
  ],
};

describe("what an estimate says", () => {
  test("answers, precision and cost of a day, and what is less known", () => {
    expect(estimateSentence({ ...DAILY, unpricedModelIds: [3] })).toBe(
      "40 answers a day, ±15 points a day, ±6 over 7 days. $0.42 a day, $12.60 a month; 1 model has no price.",
    );
  });

  test("a question that is asked more seldom has its first window", () => {
    const weekly = { ...DAILY, costUsdPerDay: 0.06, costUsdPerMonth: 1.8 };
    expect(
      estimateSentence({
        ...weekly,
        precision: [
          { days: 7, answers: 40, points: 14.8 },
          { days: 28, answers: 160, points: 7.7 },
        ],
      }),
    ).toBe(
      "40 answers in 7 days, ±15 points in 7 days, ±8 over 28 days. $0.06 a day, $1.80 a month.",
    );
  });

  test("one without a schedule is told by the run", () => {
    expect(
      estimateSentence({
        ...DAILY,
        costUsdPerDay: null,
        costUsdPerMonth: null,
        precision: [{ days: null, answers: 40, points: 14.8 }],
      }),
    ).toBe("40 answers a run, ±15 points. $0.42 a run.");
  });

  test("no price at all is no cost of nothing", () => {
    const unpriced = { costUsdPerRound: null, costUsdPerDay: null, costUsdPerMonth: null };
    expect(
      estimateSentence({ ...DAILY, ...unpriced, models: [{}], unpricedModelIds: [1] }),
    ).toContain(". Its model has no price.");
  });

  test("what is free is $0", () => {
    const free = { costUsdPerRound: 0, costUsdPerDay: 0, costUsdPerMonth: 0 };
    expect(estimateSentence({ ...DAILY, ...free })).toContain(". $0 a day, $0 a month.");
  });
});
