import type { LineShape, Upright } from "@/lib/charts/line-shapes";
import { UNITS } from "@/lib/charts/line-shapes";
import type { TrendChart } from "@/lib/charts/trend-chart";
import { MarkerDefinitions, markerId } from "./marker";
import { slotStyle } from "./slot-style";

/** The first lane of the end whiskers, from the last day, and from one to the next, in px. */
const FIRST_LANE = 11;
const LANE = 7;

const pc = (value: number) => `${Math.round(value * 100) / 100}%`;

/**
 * The drawing of a trend. Shapes stand by percentages, and paths are stretched without their strokes, so
 * it is sharp at every width without a script; what is looked at alone is the page's `data-focus`.
 */
export function TrendSvg({
  chart,
  label,
  leaders,
}: {
  chart: TrendChart;
  label: string;
  /** The ids of whose bands are drawn while no name is looked at alone. */
  leaders: readonly number[];
}) {
  const isLeading = (id: number) => leaders.includes(id);
  return (
    <svg role="img" aria-label={label} className="absolute inset-0 size-full overflow-visible">
      <MarkerDefinitions slots={chart.shapes.map(({ slot }) => slot)} />
      <defs>
        <pattern
          id="no-answers"
          width="5"
          height="5"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <path d="M0 0v5" stroke="var(--line)" strokeWidth="2" />
        </pattern>
      </defs>
      {chart.gaps.map(({ left, width }) => (
        <rect key={left} x={pc(left)} width={pc(width)} height="100%" fill="url(#no-answers)" />
      ))}
      {chart.grid.map((share) => (
        <line
          key={share}
          x2="100%"
          y1={pc((1 - share / chart.top) * 100)}
          y2={pc((1 - share / chart.top) * 100)}
          stroke="var(--line)"
          strokeWidth={share === 0 ? 1.5 : 1}
        />
      ))}
      <svg
        viewBox={`0 0 ${UNITS} ${UNITS}`}
        preserveAspectRatio="none"
        width="100%"
        height="100%"
        overflow="visible"
        aria-hidden="true"
      >
        {chart.shapes.map((shape) => (
          <Band key={shape.id} shape={shape} isLeading={isLeading(shape.id)} />
        ))}
        {chart.shapes.toReversed().map((shape) => (
          <Strokes key={shape.id} shape={shape} isLeading={isLeading(shape.id)} />
        ))}
      </svg>
      {chart.breaks.map(({ day, x }) => (
        <line
          key={day}
          x1={pc(x)}
          x2={pc(x)}
          y1="-8"
          y2="100%"
          stroke="var(--ink-3)"
          strokeDasharray="3 3"
        />
      ))}
      {chart.shapes.map((shape, place) => (
        <Marks
          key={shape.id}
          shape={shape}
          lane={FIRST_LANE + LANE * (chart.lanes[place] ?? 0)}
          isLeading={isLeading(shape.id)}
        />
      ))}
    </svg>
  );
}

const STRETCHED = { vectorEffect: "non-scaling-stroke", fill: "none" } as const;

function Band({ shape, isLeading }: { shape: LineShape; isLeading: boolean }) {
  const style = slotStyle(shape.slot);
  return (
    <g className={isLeading ? style.leading : style.alone} fill={style.color}>
      <path d={shape.bands.measured} opacity=".14" />
      <path d={shape.bands.tooFew} fill="var(--ink-3)" opacity=".14" />
      <path
        d={shape.dots}
        {...STRETCHED}
        stroke={style.color}
        strokeWidth="3.5"
        strokeLinecap="round"
        opacity=".4"
      />
    </g>
  );
}

function Strokes({ shape, isLeading }: { shape: LineShape; isLeading: boolean }) {
  const style = slotStyle(shape.slot);
  const { measured, tooFew, filling } = shape.strokes;
  const join = { strokeLinejoin: "round" } as const;
  return (
    <g
      className={`${style.line} forced-colors:[stroke:CanvasText]`}
      stroke={style.color}
      strokeWidth={isLeading ? 2.5 : 1.75}
    >
      {measured && <path d={measured} {...STRETCHED} {...join} />}
      {filling && <path d={filling} {...STRETCHED} {...join} strokeDasharray="4 3" />}
      {tooFew && (
        <path d={tooFew} {...STRETCHED} {...join} stroke="var(--ink-3)" strokeDasharray="4 4" />
      )}
    </g>
  );
}

function Marks({ shape, lane, isLeading }: { shape: LineShape; lane: number; isLeading: boolean }) {
  const { slot, end } = shape;
  const style = slotStyle(slot);
  return (
    <g className={`${style.line} forced-colors:text-[CanvasText]`} color={style.color}>
      {shape.markers.map(({ x, y, isHollow }) => (
        <use
          key={x}
          href={`#${markerId(slot, isHollow)}`}
          x={pc(x)}
          y={pc(y)}
          color={isHollow ? "var(--ink-3)" : undefined}
        />
      ))}
      {shape.lone.map((upright) => (
        <UprightWhisker key={upright.x} upright={upright} slot={slot} offset={0} isDashed={false} />
      ))}
      {end && (
        <g className={isLeading ? undefined : "max-sm:hidden"}>
          <UprightWhisker upright={end} slot={slot} offset={lane} isDashed={end.isFilling} />
        </g>
      )}
    </g>
  );
}

/** A share with its interval, so many px right of its day. */
function UprightWhisker({
  upright,
  slot,
  offset,
  isDashed,
}: {
  upright: Upright;
  slot: number;
  offset: number;
  isDashed: boolean;
}) {
  const { x, y, low, high, enough } = upright;
  const tick = { x1: offset - 3, x2: offset + 3 };
  return (
    <svg
      x={pc(x)}
      overflow="visible"
      color={enough ? undefined : "var(--ink-3)"}
      aria-hidden="true"
    >
      <g stroke="currentColor" strokeWidth="1.5">
        <line
          x1={offset}
          x2={offset}
          y1={pc(high)}
          y2={pc(low)}
          strokeDasharray={isDashed || !enough ? "3 2" : undefined}
        />
        <line {...tick} y1={pc(high)} y2={pc(high)} />
        <line {...tick} y1={pc(low)} y2={pc(low)} />
      </g>
      <use href={`#${markerId(slot, isDashed || !enough)}`} x={offset} y={pc(y)} />
    </svg>
  );
}
