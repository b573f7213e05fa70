import Link from "next/link";
import type { ReactNode } from "react";
import { type ReadLine, readingOf } from "@/lib/charts/readout";
import { wholeNumber } from "@/lib/format/figures";
import { utcDayLabel } from "@/lib/format/times";
import { Share } from "../share";
import { Whisker } from "../whisker";
import { LegendMark } from "./marker";
import { slotColor } from "./slot-style";

type Props = {
  lines: readonly ReadLine[];
  leaders: readonly number[];
  index: number;
  day: string;
  /** The answers of the day's window; null where the day has none. */
  n: number | null;
  window: number;
  isLast: boolean;
  isolated: number | null;
  /** The page of the day's answers. */
  answers: string;
  today: string;
  entityCount: number;
  onPreview: (id: number | null) => void;
  onIsolate: (id: number) => void;
  children: ReactNode;
};

/**
 * A chart's names in the order of its end, with their figures on the day that is looked at: the order
 * stays, so that the eye does. Pressing one shows it alone.
 */
export function RankedList({ lines, day, n, window, today, ...props }: Props) {
  const label = utcDayLabel(day, new Date(`${today}T00:00:00Z`));
  return (
    <section aria-label="Names" className="mt-6 xl:mt-0">
      <p className="flex min-h-8 items-center justify-between gap-2 border-b text-caption text-ink-2 tabular-nums">
        <span>
          {n === null
            ? `No answers on ${label}`
            : `${window === 1 ? label : `${window} days to ${label}`}, ${wholeNumber(n)} answers`}
        </span>
        <span>
          {lines.length} of {wholeNumber(props.entityCount)} names
        </span>
      </p>
      <ol>
        {lines.map((line) => (
          <li key={line.id} className="border-b">
            <button
              type="button"
              aria-pressed={props.isolated === line.id}
              className="grid w-full grid-cols-[18px_minmax(0,1fr)] gap-x-3 gap-y-0.5 rounded-bar px-1 py-1.5 text-left hover:bg-hover aria-pressed:bg-hover aria-pressed:shadow-[inset_0_0_0_1px_var(--edge)]"
              onPointerEnter={(event) => event.pointerType === "mouse" && props.onPreview(line.id)}
              onPointerLeave={() => props.onPreview(null)}
              onFocus={(event) =>
                event.target.matches(":focus-visible") && props.onPreview(line.id)
              }
              onBlur={() => props.onPreview(null)}
              onClick={() => props.onIsolate(line.id)}
            >
              <Row
                line={line}
                k={line.k[props.index] ?? 0}
                n={n}
                isLeading={props.leaders.includes(line.id)}
                isLast={props.isLast}
              />
            </button>
          </li>
        ))}
      </ol>
      <p className="mt-2 flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1 text-caption text-ink-2">
        <span>
          {props.isolated === null
            ? "Click a name to see it alone."
            : "Click it again, or Esc, for all."}
        </span>
        {n !== null && (
          <Link
            href={props.answers}
            className="inline-flex min-h-6 items-center underline underline-offset-2 hover:text-ink"
          >
            Answers of {label}
          </Link>
        )}
      </p>
      {props.children}
    </section>
  );
}

function Row({
  line,
  k,
  n,
  isLeading,
  isLast,
}: {
  line: ReadLine;
  k: number;
  n: number | null;
  isLeading: boolean;
  isLast: boolean;
}) {
  const reading = readingOf(k, n);
  return (
    <>
      <span className="self-center">
        <LegendMark slot={line.slot} />
      </span>
      <span className="flex items-baseline justify-between gap-3">
        <span className={`min-w-0 wrap-anywhere ${isLeading ? "font-semibold" : ""}`}>
          {line.name}
        </span>
        <span className="text-small">
          {reading ? <Share k={k} n={n ?? 0} /> : <span className="text-ink-3">—</span>}
        </span>
      </span>
      <span className="col-start-2 flex items-center gap-3">
        <span className="min-w-0 flex-1">
          {reading ? (
            <Whisker interval={reading} color={slotColor(line.slot)} />
          ) : (
            <span className="block h-3" />
          )}
        </span>
        <span
          className={`w-[104px] shrink-0 text-right text-caption text-ink-2 tabular-nums ${isLast ? "" : "invisible"}`}
        >
          {line.change}
        </span>
      </span>
    </>
  );
}
