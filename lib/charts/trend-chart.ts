import { type DayTick, dayTicks, gridOf, topOf } from "./axes";
import { lanesOf } from "./lanes";
import { type LineShape, shapeOf, xOf } from "./line-shapes";
import { gapsOf } from "./runs";
import type { TrendLine } from "./trend-data";

/** What lies between end whiskers of one lane at least, in percent of the height. */
const LANE_GAP = 1;

export type ChartInput = {
  days: readonly string[];
  lines: readonly TrendLine[];
  breakDays: readonly string[];
  mostApart: number;
  /** The present UTC day. */
  today: string;
  /** Jobs of the last day are still to come. */
  isFilling: boolean;
};

/** From left to right in percent of the width. */
export type Column = { left: number; width: number };

export type TrendChart = {
  top: number;
  grid: number[];
  ticks: (DayTick & { day: string; x: number })[];
  shapes: LineShape[];
  /** Which lane each line's end whisker stands in, by the line's place. */
  lanes: number[];
  gaps: Column[];
  /** Upright lines at the beginning of a day; `level` is the row of its flag, from 0. */
  breaks: { day: string; x: number; level: number }[];
};

/** The geometry of a trend chart, in percent of its box: see line-shapes.ts. */
export function trendChart(input: ChartInput): TrendChart {
  const { days, lines, mostApart } = input;
  const top = topOf(lines.flatMap(drawnShares));
  const breakDays = [...new Set(input.breakDays)].filter((day) => days.includes(day)).sort();
  const breaks = breakDays.map((day) => days.indexOf(day));
  const box = { dayCount: days.length, top, mostApart, breaks, isFilling: input.isFilling };
  const shapes = lines.map((line) => shapeOf(line, box));
  const answered = days.map((_, index) => lines.find(({ points }) => points[index]) ?? null);
  const edge = (index: number) => (index / days.length) * 100;
  const todayIndex = days.includes(input.today) ? days.indexOf(input.today) : days.length;
  return {
    ...{ top, shapes },
    grid: gridOf(top),
    ticks: dayTicks(days.length).map((tick) => ({
      ...tick,
      day: days[tick.index] ?? "",
      x: xOf(tick.index, days.length),
    })),
    lanes: lanesOf(
      shapes.map(({ end }) => ({ low: end?.high ?? 0, high: end?.low ?? 0 })),
      LANE_GAP,
    ),
    gaps: gapsOf(answered, mostApart, todayIndex).map(({ first, last }) => ({
      left: edge(first),
      width: edge(last + 1 - first),
    })),
    breaks: breakDays.map((day, place) => ({
      day,
      x: edge(breaks[place] ?? 0),
      level: levelOf(breaks, place, days.length),
    })),
  };
}

/** Every share that may be drawn: also the bands and dots that only show while a name is looked at alone. */
function drawnShares({ points, days }: TrendLine): number[] {
  return [
    ...points.flatMap((point) => (point ? [point.high] : [])),
    ...days.flatMap((point) => (point ? [point.share] : [])),
  ];
}

/** A flag is 24 px wide, which is this part of the width of a chart on a phone. */
const FLAG_WIDTH = 0.1;

/** Flags that are close to each other take turns in two rows. */
function levelOf(breaks: readonly number[], place: number, dayCount: number): number {
  if (place === 0) return 0;
  const isNear = (breaks[place] ?? 0) - (breaks[place - 1] ?? 0) < dayCount * FLAG_WIDTH;
  return isNear ? 1 - levelOf(breaks, place - 1, dayCount) : 0;
}
