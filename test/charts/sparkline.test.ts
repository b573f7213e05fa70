import { expect, test } from "vitest";
import { sparkline } from "@/lib/charts/sparkline";

const BOX = { width: 30, height: 10, inset: 0 };
const RANGE = { to: "2026-03-04", days: 4 };
const on = (day: string, share: number, isAnew = false) => ({
  day: `2026-03-${day}`,
  share,
  isAnew,
});

test("days in a row are one line, nothing at the foot and everything at the top", () => {
  const shares = [on("01", 0), on("02", 1), on("03", 0.5), on("04", 0.5)];
  expect(sparkline(shares, RANGE, BOX)).toEqual({ paths: ["M0 10L10 0L20 5L30 5"], dots: [] });
});

test("a day without answers is a gap, not a 0, and what stands alone is a dot", () => {
  const shares = [on("01", 0.5), on("02", 0.5), on("04", 1)];
  expect(sparkline(shares, RANGE, BOX)).toEqual({ paths: ["M0 5L10 5"], dots: [{ x: 30, y: 0 }] });
});

test("no line goes over a break", () => {
  const shares = [on("01", 0.5), on("02", 0.5), on("03", 1, true), on("04", 1)];
  expect(sparkline(shares, RANGE, BOX).paths).toEqual(["M0 5L10 5", "M20 0L30 0"]);
});

test("days before the range aren't drawn", () => {
  expect(sparkline([on("01", 1)], { to: "2026-03-31", days: 28 }, BOX)).toEqual({
    paths: [],
    dots: [],
  });
});
