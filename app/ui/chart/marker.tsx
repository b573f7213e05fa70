import type { ReactNode } from "react";
import { slotColor } from "./slot-style";

const crossed = (d: string) => <path d={d} fill="none" strokeWidth="2.25" />;

/** A shape for each slot, around 0 0, so that lines are told apart without colour. */
const SHAPES: readonly ReactNode[] = [
  <circle key="1" r="4" />,
  <path key="2" d="M-3.6-3.6h7.2v7.2h-7.2z" />,
  <path key="3" d="M0-4.6 4.6 3.6h-9.2z" />,
  <path key="4" d="M0-5 5 0 0 5-5 0z" />,
  crossed("m-3.6-3.6 7.2 7.2m0-7.2-7.2 7.2"),
  <path key="6" d="M0 4.6 4.6-3.6h-9.2z" />,
  <circle key="7" r="3.6" fill="var(--canvas)" strokeWidth="2" />,
  crossed("M0-4.5v9M-4.5 0h9"),
];

/** A slot's shape, of size 10, in the text's colour; hollow where it stands for too little. */
function MarkerShape({ slot, isHollow = false }: { slot: number; isHollow?: boolean }) {
  return (
    <g
      fill={isHollow ? "var(--canvas)" : "currentColor"}
      stroke="currentColor"
      strokeWidth={isHollow ? 1.5 : 0}
    >
      {SHAPES[slot - 1]}
    </g>
  );
}

/** The shapes of these slots, to be used by their ids. */
export function MarkerDefinitions({ slots }: { slots: readonly number[] }) {
  return (
    <defs>
      {slots.map((slot) => (
        <g key={slot} id={markerId(slot, false)}>
          <MarkerShape slot={slot} />
        </g>
      ))}
      {slots.map((slot) => (
        <g key={slot} id={markerId(slot, true)}>
          <MarkerShape slot={slot} isHollow />
        </g>
      ))}
    </defs>
  );
}

export const markerId = (slot: number, isHollow: boolean): string =>
  `marker-${slot}${isHollow ? "-hollow" : ""}`;

/** A name's piece of line, as in a legend. */
export function LegendMark({ slot }: { slot: number }) {
  return (
    <svg
      viewBox="-9 -6 18 12"
      className="h-3 w-[18px] shrink-0"
      style={{ color: slotColor(slot) }}
      aria-hidden="true"
    >
      <path d="M-9 0H9" stroke="currentColor" strokeWidth="1.75" />
      <MarkerShape slot={slot} />
    </svg>
  );
}
