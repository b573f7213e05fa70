import { area, line } from "d3-shape";
import { type Interruptions, runsOf } from "./runs";
import type { Point, TrendLine } from "./trend-data";

/** Paths are drawn in a box of so many units each way, stretched to whatever size the chart has. */
export const UNITS = 1000;

/** A line has its marker every so many days. */
const MARKER_EVERY = 12;

/** Where something is, in percent of the box from its top left. */
export type Place = { x: number; y: number };

/** A share and its interval, upright: `high` and `low` are places from the top. */
export type Upright = Place & { high: number; low: number; enough: boolean };

/** What is drawn of one name. Paths are SVG's, in UNITS; an empty one draws nothing. */
export type LineShape = {
  id: number;
  slot: number;
  name: string;
  /** Between days with enough answers; between those of which one has too few; to a day that still fills. */
  strokes: { measured: string; tooFew: string; filling: string };
  bands: { measured: string; tooFew: string };
  markers: (Place & { isHollow: boolean })[];
  /** Days that no stroke joins to another; the last one has its end whisker, and so a marker only. */
  lone: Upright[];
  /** The single days' shares, a dot each: strokes without length. */
  dots: string;
  /** The last day's share. */
  end: (Upright & { isFilling: boolean }) | null;
};

export type Box = Interruptions & {
  dayCount: number;
  /** The share at the box's upper edge. */
  top: number;
  /** The last day's window isn't full yet. */
  isFilling: boolean;
};

/** The middle of a day, in percent of the box's width. */
export const xOf = (index: number, dayCount: number): number => ((index + 0.5) / dayCount) * 100;

/** In: a name's points. Out: its shapes; nothing joins what lies on two sides of a gap or a break. */
export function shapeOf({ id, slot, name, points, days }: TrendLine, box: Box): LineShape {
  const x = (index: number) => xOf(index, box.dayCount);
  const y = (share: number) => (1 - share / box.top) * 100;
  const at = (index: number): Upright[] => {
    const point = points[index];
    if (!point) return [];
    const { share, low, high, enough } = point;
    return [{ x: x(index), y: y(share), low: y(low), high: y(high), enough }];
  };
  const runs = runsOf(points, box);
  const lastIndex = points.findLastIndex((point) => point !== null);
  const fillingIndex = box.isFilling ? lastIndex : -1;
  const kindOf = (from: number, to: number) => {
    if (!points[from]?.enough || !points[to]?.enough) return "tooFew";
    return to === fillingIndex ? "filling" : "measured";
  };
  const strokes = { measured: "", tooFew: "", filling: "" };
  const bands = { measured: "", tooFew: "" };
  for (const run of runs) {
    for (const { kind, indexes } of stretchesOf(run, kindOf)) {
      const places = indexes.flatMap(at);
      strokes[kind] += draw(places) ?? "";
      bands[kind === "tooFew" ? "tooFew" : "measured"] += fill(places) ?? "";
    }
  }
  const end = at(lastIndex)[0];
  return {
    ...{ id, slot, name, strokes, bands },
    markers: runs
      .flatMap((run) => markedOf(run, slot, lastIndex))
      .flatMap((index) =>
        at(index).map(({ x: left, y: down, enough }) => ({ x: left, y: down, isHollow: !enough })),
      ),
    lone: runs.flatMap(([index, ...more]) =>
      index !== undefined && more.length === 0 && index !== lastIndex ? at(index) : [],
    ),
    dots: days.map((point, index) => dotOf(point, x(index), y)).join(""),
    end: end ? { ...end, isFilling: fillingIndex !== -1 } : null,
  };
}

const units = (percent: number) => (percent * UNITS) / 100;

const draw = line<Upright>()
  .x((place) => units(place.x))
  .y((place) => units(place.y))
  .digits(1);

const fill = area<Upright>()
  .x((place) => units(place.x))
  .y0((place) => units(place.low))
  .y1((place) => units(place.high))
  .digits(1);

function dotOf(point: Point | null, x: number, y: (share: number) => number): string {
  if (!point) return "";
  const round = (value: number) => Math.round(units(value) * 10) / 10;
  return `M${round(x)},${round(y(point.share))}h0`;
}

type Kind = "measured" | "tooFew" | "filling";

/** Cuts a run where the kind of its strokes changes; neighbours share the day at which they meet. */
function stretchesOf(run: readonly number[], kindOf: (from: number, to: number) => Kind) {
  const stretches: { kind: Kind; indexes: number[] }[] = [];
  for (const [place, to] of run.entries()) {
    const from = run[place - 1];
    if (from === undefined) continue;
    const kind = kindOf(from, to);
    const last = stretches.at(-1);
    if (last?.kind === kind) last.indexes.push(to);
    else stretches.push({ kind, indexes: [from, to] });
  }
  return stretches;
}

/**
 * The days of a run that bear the line's marker: every twelfth, other ones for each slot, so that those
 * of lines close to each other don't lie on each other; at least one of three days or more, and a last
 * day that stands alone.
 */
function markedOf(run: readonly number[], slot: number, lastIndex: number): number[] {
  if (run.length < 2) return run.filter((index) => index === lastIndex);
  const marked = run.filter((index) => index % MARKER_EVERY === (slot * 5) % MARKER_EVERY);
  const middle = run[Math.floor(run.length / 2)];
  return marked.length === 0 && run.length > 2 && middle !== undefined ? [middle] : marked;
}
