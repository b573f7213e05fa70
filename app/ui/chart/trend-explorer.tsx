"use client";

import { useRouter } from "next/navigation";
import { type KeyboardEvent, type PointerEvent, type ReactNode, useState } from "react";
import { type ReadLine, spokenReading } from "@/lib/charts/readout";
import { RankedList } from "./ranked-list";
import { focusOf, slotColor } from "./slot-style";

type Props = {
  days: readonly string[];
  /** In how many answers the window of each day; null where the day has none. */
  n: readonly (number | null)[];
  lines: readonly ReadLine[];
  leaders: readonly number[];
  /** The share at the chart's upper edge. */
  top: number;
  window: number;
  /** The page of a day's answers, up to the day itself. */
  answers: string;
  today: string;
  /** How many names there are. */
  entityCount: number;
  svg: ReactNode;
  flags: ReactNode;
  axis: ReactNode;
  coverage: ReactNode;
  strip: ReactNode;
  names: ReactNode;
};

/**
 * Reads a drawn chart: the day under the pointer or the keys, and one name alone. The drawing comes from
 * the server; here is what moves over it, and the list, which is legend and readout in one.
 */
export function TrendExplorer({ days, n, lines, answers, ...props }: Props) {
  const router = useRouter();
  const [hovered, setHovered] = useState<number | null>(null);
  const [pinned, setPinned] = useState<number | null>(null);
  const [previewed, setPreviewed] = useState<number | null>(null);
  const [isolated, setIsolated] = useState<number | null>(null);
  const last = n.findLastIndex((count) => count !== null);
  const chosen = hovered ?? pinned;
  const index = chosen ?? last;
  const day = days[index] ?? "";
  const looked = lines.find(({ id }) => id === (previewed ?? isolated));
  const readings = lines.map((line) => ({ ...line, k: line.k[index] ?? 0 }));
  const open = (at: string) => router.push(`${answers}${at}`);
  const at = (event: PointerEvent<HTMLElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const place = Math.floor(((event.clientX - left) / width) * days.length);
    return Math.min(days.length - 1, Math.max(0, place));
  };
  const free = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    if (isolated !== null) setIsolated(null);
    else setPinned(null);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Esc frees what its buttons and slider chose
    <div
      className="group/chart gap-8 xl:grid xl:grid-cols-[minmax(0,1fr)_300px]"
      data-focus={looked && focusOf(looked.slot)}
      onKeyDown={free}
    >
      <div className="min-w-0">
        <div className="relative mt-9 mr-6 ml-10 sm:mr-16">
          <div className="relative h-60 sm:h-[360px]">
            {props.svg}
            {chosen !== null && (
              <Crosshair
                left={((index + 0.5) / days.length) * 100}
                dots={readings.map(({ slot, k }) => ({ slot, share: k / (n[index] || 1) }))}
                top={props.top}
                isEmpty={n[index] == null}
              />
            )}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: the slider under it is its keyboard */}
            {/* biome-ignore lint/a11y/noStaticElementInteractions: the slider under it is its keyboard */}
            <div
              data-testid="trend-plot"
              className="absolute inset-0 cursor-crosshair touch-pan-y"
              onPointerMove={(event) => {
                if (event.pointerType === "mouse") setHovered(at(event));
                else setPinned(at(event));
              }}
              onPointerDown={(event) => event.pointerType !== "mouse" && setPinned(at(event))}
              onPointerLeave={() => setHovered(null)}
              onClick={() => hovered !== null && n[hovered] != null && open(days[hovered] ?? "")}
            />
            {props.flags}
          </div>
          {props.axis}
          {props.coverage}
          <div className="relative mt-1">
            {props.strip}
            <input
              type="range"
              aria-label="Day"
              aria-valuetext={spokenReading(day, n[index] ?? null, readings)}
              title="Day: arrow keys, Home, End; Enter opens its answers"
              min={0}
              max={days.length - 1}
              value={index}
              className={SLIDER}
              onChange={(event) => {
                setHovered(null);
                setPinned(event.target.valueAsNumber);
              }}
              onKeyDown={(event) => event.key === "Enter" && open(day)}
            />
          </div>
        </div>
      </div>
      <RankedList
        {...{ day, lines, isolated, index }}
        n={n[index] ?? null}
        leaders={props.leaders}
        window={props.window}
        isLast={index === last}
        today={props.today}
        answers={`${answers}${day}`}
        entityCount={props.entityCount}
        onPreview={setPreviewed}
        onIsolate={(id) => setIsolated((now) => (now === id ? null : id))}
      >
        {props.names}
      </RankedList>
    </div>
  );
}

/** Over the strip of coverage, with nothing of its own but a handle. */
const SLIDER =
  "absolute inset-x-0 -top-[7px] h-6 w-full cursor-ew-resize appearance-none bg-transparent [&::-webkit-slider-thumb]:h-6 [&::-webkit-slider-thumb]:w-3 [&::-webkit-slider-thumb]:appearance-none [&::-webkit-slider-thumb]:rounded-tag [&::-webkit-slider-thumb]:border-2 [&::-webkit-slider-thumb]:border-ink-2 [&::-moz-range-thumb]:h-5 [&::-moz-range-thumb]:w-2 [&::-moz-range-thumb]:rounded-tag [&::-moz-range-thumb]:border-2 [&::-moz-range-thumb]:border-ink-2 [&::-moz-range-thumb]:bg-transparent";

function Crosshair({
  left,
  dots,
  top,
  isEmpty,
}: {
  left: number;
  dots: readonly { slot: number; share: number }[];
  top: number;
  isEmpty: boolean;
}) {
  return (
    <span
      className="pointer-events-none absolute inset-y-0 w-px bg-ink-3"
      style={{ left: `${left}%` }}
      aria-hidden="true"
    >
      {!isEmpty &&
        dots.map(({ slot, share }) => (
          <span
            key={slot}
            className="absolute left-1/2 size-2.5 -translate-1/2 rounded-[50%] border-2 border-canvas"
            style={{ top: `${(1 - share / top) * 100}%`, background: slotColor(slot) }}
          />
        ))}
    </span>
  );
}
