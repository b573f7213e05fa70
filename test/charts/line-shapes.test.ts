import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Box, shapeOf, UNITS, xOf } from "@/lib/charts/line-shapes";
import { lineOf, point, pointsOf } from "./points";

const box = (dayCount: number, given: Partial<Box> = {}): Box => ({
  ...{ dayCount, top: 1, mostApart: 1, breaks: [], isFilling: false },
  ...given,
});

/** The days that a path's strokes join, stroke by stroke. */
function joined(path: string, dayCount: number): number[][] {
  return path
    .split("M")
    .filter((stroke) => stroke !== "")
    .map((stroke) =>
      stroke
        .split("L")
        .map((place) => Math.floor((Number(place.split(",")[0]) / UNITS) * dayCount)),
    );
}

const all = ({ strokes }: ReturnType<typeof shapeOf>, dayCount: number) =>
  Object.values(strokes).flatMap((path) => joined(path, dayCount));

describe("strokes", () => {
  test("join day to day, at the height of the share", () => {
    const { strokes } = shapeOf(lineOf([0, 50, 100]), box(3));
    expect(strokes.measured).toBe("M166.7,1000L500,500L833.3,0");
    expect(strokes).toMatchObject({ tooFew: "", filling: "" });
  });

  test("never bridge a day without answers", () => {
    const { strokes, bands } = shapeOf(lineOf([10, 20, null, 30, 40]), box(5));
    expect(joined(strokes.measured, 5)).toEqual([
      [0, 1],
      [3, 4],
    ]);
    expect(bands.measured.split("M")).toHaveLength(3);
  });

  test("bridge the days between two weeks, but not a week that is missing", () => {
    const week = Array.from({ length: 6 }, () => null);
    const ks = [10, ...week, 20, ...week, ...week, null, 30, ...week, ...week, null, 40];
    const { strokes, lone } = shapeOf(lineOf(ks), box(ks.length, { mostApart: 13 }));
    expect(joined(strokes.measured, ks.length)).toEqual([[0, 7]]);
    expect(lone.map(({ x }) => x)).toEqual([xOf(21, ks.length)]);
  });

  test("never join what lies on two sides of a break", () => {
    const { strokes } = shapeOf(lineOf([10, 20, 30, 40]), box(4, { breaks: [2] }));
    expect(joined(strokes.measured, 4)).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });

  test("of whatever days, gaps and breaks, reach over neither", () => {
    const days = fc.array(fc.option(fc.integer({ min: 0, max: 100 })), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(days, fc.array(fc.nat(39)), fc.boolean(), (ks, breaks, isFilling) => {
        const shape = shapeOf(lineOf(ks), box(ks.length, { breaks, isFilling }));
        const strokes = all(shape, ks.length);
        for (const [from = 0, to = 0] of strokes.flatMap((days_) =>
          days_.slice(1).map((to_, place) => [days_[place] ?? 0, to_]),
        )) {
          expect(to - from).toBe(1);
          expect(breaks.some((at) => at > from && at <= to)).toBe(false);
        }
        const drawn = new Set(strokes.flat());
        const end = ks.findLastIndex((k) => k !== null);
        const lone = shape.lone.length + Number(end !== -1 && !drawn.has(end));
        expect(drawn.size + lone).toBe(ks.filter((k) => k !== null).length);
      }),
    );
  });

  test("with too few answers on either side are told apart", () => {
    const points = [point(5, 10), point(6, 12), point(30, 60), point(40, 80)];
    const { strokes, markers } = shapeOf(lineOf([], { points, days: points }), box(4));
    expect(joined(strokes.tooFew, 4)).toEqual([[0, 1, 2]]);
    expect(joined(strokes.measured, 4)).toEqual([[2, 3]]);
    expect(markers.map(({ isHollow }) => isHollow)).toEqual([false]);
  });

  test("to a last day that still fills are told apart", () => {
    const shape = shapeOf(lineOf([10, 20, 30]), box(3, { isFilling: true }));
    expect(joined(shape.strokes.measured, 3)).toEqual([[0, 1]]);
    expect(joined(shape.strokes.filling, 3)).toEqual([[1, 2]]);
    expect(shape.end).toMatchObject({ isFilling: true, enough: true });
  });
});

describe("what stands by itself", () => {
  test("a lone day is a marker with its whisker, not a stroke", () => {
    const shape = shapeOf(lineOf([null, 50, null, 20, 20]), box(3));
    expect(joined(shape.strokes.measured, 3)).toEqual([[3, 4]]);
    const [lone, ...others] = shape.lone;
    expect(others).toEqual([]);
    expect(lone).toMatchObject({ x: 50, y: 50, enough: true });
    expect(lone?.high).toBeLessThan(50);
    expect(lone?.low).toBeGreaterThan(50);
  });

  test("each day alone between two breaks is a lone one, but the last, whose whisker is the end's", () => {
    const shape = shapeOf(lineOf([10, 20, 30]), box(3, { breaks: [1, 2] }));
    expect(shape.lone).toHaveLength(2);
    expect(shape.markers.map(({ x }) => x)).toEqual([xOf(2, 3)]);
    expect(all(shape, 3)).toEqual([]);
  });

  test("a dot for each single day, none where nothing was answered", () => {
    const { dots } = shapeOf(lineOf([10, null, 30], { days: pointsOf([100, null, 0]) }), box(3));
    expect(dots).toBe("M166.7,0h0M833.3,1000h0");
  });

  test("the end is the last day with answers, wherever the days end", () => {
    const { end } = shapeOf(lineOf([10, 50, null, null]), box(4));
    expect(end).toMatchObject({ x: xOf(1, 4), y: 50, isFilling: false });
    expect(shapeOf(lineOf([null]), box(1)).end).toBeNull();
  });

  test("markers come every twelve days, on other ones for each slot", () => {
    const ks = Array.from({ length: 60 }, () => 50);
    const placesOf = (slot: number) =>
      shapeOf(lineOf(ks, { slot }), box(60)).markers.map(({ x }) => x);
    for (const slot of [1, 2, 3, 4, 5, 6, 7, 8]) expect(placesOf(slot)).toHaveLength(5);
    expect(new Set([1, 2, 3, 4, 5, 6, 7, 8].flatMap(placesOf)).size).toBe(40);
  });

  test("a piece of line of three days or more has a marker at least", () => {
    const ks = [10, 20, 30, null, 10, 20, 30, 40, null, 10, 20];
    expect(shapeOf(lineOf(ks), box(ks.length)).markers.length).toBeGreaterThanOrEqual(2);
  });
});
