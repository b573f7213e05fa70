import { describe, expect, test } from "vitest";
import { dayTicks, topOf } from "@/lib/charts/axes";
import { lanesOf } from "@/lib/charts/lanes";
import { gapsOf, mostDaysApart } from "@/lib/charts/runs";
import { slotsOf } from "@/lib/charts/slots";
import { trendChart } from "@/lib/charts/trend-chart";
import { daysOf, linesOf, ranked } from "@/lib/charts/trend-data";
import { lineOf, point, pointsOf } from "./points";

const DAYS = daysOf({ from: "2026-01-01", to: "2026-01-10" });

const chartOf = (given: Partial<Parameters<typeof trendChart>[0]> = {}) =>
  trendChart({
    days: DAYS,
    lines: [lineOf([10, 10, 10, null, 10, 10, 10, 10, 10, 10])],
    ...{ breakDays: [], mostApart: 1, today: "2026-01-11", isFilling: false },
    ...given,
  });

describe("the scale", () => {
  test.each([
    [[], 0.25],
    [[0.1, 0.25], 0.25],
    [[0.2501], 0.5],
    [[0.1, 0.5], 0.5],
    [[0.51, 0.2], 1],
    [[1], 1],
  ])("of %j ends at %d", (shares, top) => {
    expect(topOf(shares)).toBe(top);
  });

  test("holds every interval, not just the shares", () => {
    expect(chartOf({ lines: [lineOf([24])] }).top).toBe(0.5);
  });

  test("holds every dot of a single day", () => {
    const days = pointsOf([80], 5);
    expect(chartOf({ lines: [lineOf([10], { days })] }).top).toBe(1);
  });

  test.each([1, 2, 3, 7, 8, 30, 60, 365, 1_100])(
    "of %d days names the first and the last, eight at most, three on phones",
    (count) => {
      const ticks = dayTicks(count);
      expect(ticks[0]?.index).toBe(0);
      expect(ticks.at(-1)?.index).toBe(count - 1);
      expect(ticks.length).toBeLessThanOrEqual(8);
      expect(ticks.filter(({ isOnPhones }) => isOnPhones).length).toBeLessThanOrEqual(3);
      expect(new Set(ticks.map(({ index }) => index)).size).toBe(ticks.length);
    },
  );
});

describe("gaps", () => {
  test("are the days between answers that lie too far apart", () => {
    const { gaps } = chartOf();
    expect(gaps).toEqual([{ left: 30, width: 10 }]);
  });

  test("begin after the first answer, and reach to the end, but today", () => {
    expect(gapsOf([null, 1, 1, null, null], 1, 5)).toEqual([{ first: 3, last: 4 }]);
    expect(gapsOf([null, 1, 1, null, null], 1, 4)).toEqual([{ first: 3, last: 3 }]);
    expect(gapsOf([null, 1, 1, null], 1, 3)).toEqual([]);
    expect(gapsOf([null, null], 1, 2)).toEqual([]);
  });

  test("of a weekly question are missing weeks, not the days between", () => {
    const weekly = [1, null, null, null, null, null, null, 1];
    expect(gapsOf(weekly, mostDaysApart("weekly"), 99)).toEqual([]);
    expect(gapsOf(weekly, mostDaysApart("daily"), 99)).toEqual([{ first: 1, last: 6 }]);
  });
});

describe("breaks", () => {
  test("stand at the beginning of their day, several of a day once", () => {
    const { breaks } = chartOf({ breakDays: ["2026-01-06", "2026-01-03", "2026-01-06"] });
    expect(breaks.map(({ day, x }) => [day, x])).toEqual([
      ["2026-01-03", 20],
      ["2026-01-06", 50],
    ]);
  });

  test("that are close to each other have their flags in two rows", () => {
    const days = daysOf({ from: "2026-01-01", to: "2026-03-01" });
    const breakDays = ["2026-01-10", "2026-01-12", "2026-01-14", "2026-02-20"];
    const { breaks } = chartOf({ days, lines: [], breakDays });
    expect(breaks.map(({ level }) => level)).toEqual([0, 1, 0, 0]);
  });

  test("outside the days aren't there", () => {
    expect(chartOf({ breakDays: ["2025-12-31"] }).breaks).toEqual([]);
  });
});

describe("end whiskers", () => {
  test("that would touch stand in lanes of their own, the first one in the first", () => {
    const spans = [
      { low: 0.5, high: 0.7 },
      { low: 0.3, high: 0.45 },
      { low: 0.4, high: 0.55 },
      { low: 0.42, high: 0.46 },
    ];
    expect(lanesOf(spans)).toEqual([0, 0, 1, 2]);
  });

  test("of one lane never overlap", () => {
    const lines = [60, 58, 40, 38, 36, 20, 10, 5].map((k, place) =>
      lineOf([k], { id: place, slot: place + 1 }),
    );
    const { shapes, lanes } = chartOf({ lines });
    for (const [place, { end }] of shapes.entries()) {
      for (const [other, { end: next }] of shapes.entries()) {
        if (other <= place || lanes[other] !== lanes[place] || !end || !next) continue;
        expect(end.low < next.high || next.low < end.high).toBe(true);
      }
    }
    expect(lanes[0]).toBe(0);
  });
});

describe("colours and markers", () => {
  const mostNamed = [11, 12, 13, 14, 15, 16, 17, 18, 19, 20];

  test("stay with the most named, whatever else is drawn", () => {
    expect([...slotsOf(mostNamed, [12, 18])]).toEqual([
      [12, 2],
      [18, 8],
    ]);
  });

  test("are lent to others by those that aren't drawn", () => {
    expect([...slotsOf(mostNamed, [20, 11, 99, 12])]).toEqual([
      [11, 1],
      [12, 2],
      [20, 3],
      [99, 4],
    ]);
  });

  test("are given to eight at most, and to none twice", () => {
    const slots = slotsOf(mostNamed, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(slots.size).toBe(8);
    expect(new Set(slots.values()).size).toBe(8);
  });
});

describe("lines", () => {
  const seriesOf = (id: number, ks: (number | null)[]) => ({
    entity: { id, name: `Name ${id}` },
    points: ks.flatMap((k, index) => (k === null ? [] : { date: DAYS[index] ?? "", ...point(k) })),
  });

  test("have a point for each day, and null where the reply has none", () => {
    const series = [seriesOf(7, [10, null, 30])];
    const [line] = linesOf(DAYS.slice(0, 3), { series, single: [] }, [7, 8], new Map([[7, 3]]));
    expect(line?.points.map((one) => one?.k ?? null)).toEqual([10, null, 30]);
    expect(line).toMatchObject({ slot: 3, days: [null, null, null] });
  });

  test("are ranked by the last window, ties by id", () => {
    const series = [seriesOf(1, [90, 10]), seriesOf(3, [0, 20]), seriesOf(2, [0, 20])];
    expect(ranked(series).map(({ entity }) => entity.id)).toEqual([2, 3, 1]);
  });
});
