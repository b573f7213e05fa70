import { Popover } from "../popover";

/** Where a line breaks: at what percent of the width, and why. */
export type BreakFlag = { day: string; x: number; level: number; label: string; reasons: string[] };

/** A flag over each break, which says why nothing joins across it. */
export function BreakFlags({ flags }: { flags: readonly BreakFlag[] }) {
  return flags.map(({ day, x, level, label, reasons }) => (
    <Popover
      key={day}
      label={`Break on ${label}: ${reasons.length === 1 ? "why" : `${reasons.length} reasons`}`}
      className="absolute z-[1] flex size-6 -translate-x-px items-start rounded-tag text-ink-2 hover:text-ink"
      style={{ left: `${x}%`, top: `${level * -20 - 32}px` }}
      button={
        <>
          <svg viewBox="0 0 24 24" className="size-6" aria-hidden="true">
            <path d="M1 24V7h13l-3 4.5L14 16H1" fill="currentColor" />
          </svg>
          {reasons.length > 1 && (
            <span className="absolute top-0 left-4 text-caption tabular-nums" aria-hidden="true">
              {reasons.length}
            </span>
          )}
        </>
      }
    >
      <p className="mb-2 font-medium">The line breaks on {label}</p>
      <ul className="flex flex-col gap-1 text-ink-2">
        {reasons.map((reason) => (
          <li key={reason} className="wrap-anywhere">
            {reason}
          </li>
        ))}
      </ul>
      <p className="mt-2 text-ink-2">Not comparable across this line.</p>
    </Popover>
  ));
}
