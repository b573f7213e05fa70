import { describe, expect, test } from "vitest";
import { answersFor, pointsOf } from "@/lib/answers/statistics/precision";
import { wilson } from "@/lib/answers/statistics/share";
import { costsOf, planFor, precisionOf, type Schedule } from "@/lib/costs/plan";

describe("precision", () => {
  // measuring.md, 12.
  test.each([
    [20, 21],
    [10, 93],
    [5, 381],
  ])("±%i points take %i answers, and no fewer", (points, answers) => {
    expect(answersFor(points)).toBe(answers);
    expect(pointsOf(answers)).toBeLessThanOrEqual(points);
    expect(pointsOf(answers - 1)).toBeGreaterThan(points);
  });

  test("is half of Wilson's interval where it is widest", () => {
    for (const n of [2, 10, 40, 280, 5000]) {
      const { low, high } = wilson(n / 2, n);
      expect(pointsOf(n)).toBeCloseTo(50 * (high - low), 10);
      expect(pointsOf(n)).toBeGreaterThanOrEqual(
        50 * (wilson(1, n).high - wilson(1, n).low) - 1e-9,
      );
      expect(answersFor(pointsOf(n))).toBe(n);
    }
  });

  test("of ±50 points is had with one answer", () => {
    expect(answersFor(50)).toBe(1);
  });
});

const daily = (over: Partial<Schedule> = {}): Schedule => ({
  frequency: "daily",
  runs: 10,
  usdPerCall: [0.01, 0.02, null, 0.012],
  ...over,
});

describe("what a schedule costs", () => {
  test("is runs × calls a round, and by its frequency a day and a month of 30 days", () => {
    expect(costsOf(daily())).toEqual({
      costUsdPerRound: 0.42,
      costUsdPerDay: 0.42,
      costUsdPerMonth: 12.6,
    });
    expect(costsOf(daily({ frequency: "hourly" })).costUsdPerDay).toBe(10.08);
    expect(costsOf(daily({ frequency: "weekly" })).costUsdPerMonth).toBe(1.8);
    expect(costsOf(daily({ frequency: "monthly" })).costUsdPerMonth).toBe(0.42);
    expect(costsOf(daily({ frequency: "manual" }))).toEqual({
      costUsdPerRound: 0.42,
      costUsdPerDay: null,
      costUsdPerMonth: null,
    });
  });

  test("is unknown where no model has a price, and nothing where all are free", () => {
    expect(costsOf(daily({ usdPerCall: [null] })).costUsdPerDay).toBeNull();
    expect(costsOf(daily({ usdPerCall: [0, 0] })).costUsdPerDay).toBe(0);
  });
});

describe("how sure a schedule makes its shares", () => {
  test("40 answers a day are ±15 points a day and ±6 over 7 days", () => {
    expect(precisionOf(daily())).toEqual([
      { days: 1, answers: 40, points: 14.8, answersPerModel: 10, pointsPerModel: 26.3 },
      { days: 7, answers: 280, points: 5.8, answersPerModel: 70, pointsPerModel: 11.4 },
      { days: 28, answers: 1120, points: 2.9, answersPerModel: 280, pointsPerModel: 5.8 },
    ]);
  });

  test("counts whole rounds, and one round alone where there is no schedule", () => {
    expect(precisionOf(daily({ frequency: "weekly" })).map((p) => [p.days, p.answers])).toEqual([
      [7, 40],
      [28, 160],
    ]);
    expect(precisionOf(daily({ frequency: "once" })).map((p) => [p.days, p.answers])).toEqual([
      [null, 40],
    ]);
  });
});

describe("a plan for a wanted precision", () => {
  test("has the fewest runs that reach it, and their cost", () => {
    expect(planFor({ points: 5, days: 7 }, daily(), 50)).toEqual({
      points: 5,
      days: 7,
      answers: 381,
      runs: 14,
      isPossible: true,
      costUsdPerRound: 0.588,
      costUsdPerDay: 0.588,
      costUsdPerMonth: 17.64,
    });
    const one = (runs: number) => pointsOf(runs * 4 * 7);
    expect(one(14)).toBeLessThanOrEqual(5);
    expect(one(13)).toBeGreaterThan(5);
  });

  test("says where it takes more runs than a prompt may have", () => {
    expect(planFor({ points: 1, days: 1 }, daily(), 50)).toMatchObject({
      runs: 2400,
      isPossible: false,
    });
  });

  test("is none where no round falls into the days", () => {
    expect(planFor({ points: 10, days: 3 }, daily({ frequency: "weekly" }), 50)).toBeNull();
    expect(planFor({ points: 10, days: 7 }, daily({ frequency: "weekly" }), 50)?.runs).toBe(24);
  });
});
