import type { CSSProperties } from "react";
import type { JobStatus } from "@/db/job-status";

/** In a bar what is done comes first, and what is still to come last. */
export const BAR_ORDER = [
  "succeeded",
  "failed",
  "skipped",
  "cancelled",
  "processing",
  "queued",
] as const satisfies readonly JobStatus[];

const hatch = (angle: string, fill: string) =>
  `repeating-linear-gradient(${angle}, ${fill} 0 2px, transparent 2px 5px)`;

/** A pattern each, so that the parts differ without colour. */
const FILLS: Readonly<Record<JobStatus, CSSProperties>> = {
  succeeded: { background: "var(--succeeded-fill)" },
  failed: { background: "var(--failed-fill)" },
  skipped: {
    background: "radial-gradient(var(--skipped-fill) 1px, transparent 1.4px) 0 0 / 4px 4px",
    border: "1px solid var(--skipped-fill)",
  },
  cancelled: {
    background: hatch("135deg", "var(--cancelled-fill)"),
    border: "1px solid var(--cancelled-fill)",
  },
  processing: {
    background: `${hatch("90deg", "var(--canvas)")}, var(--processing-fill)`,
    backgroundBlendMode: "soft-light",
  },
  queued: { border: "1px solid var(--queued-fill)" },
};

/**
 * How many jobs are in which state, as one bar; `size` is its height in pixels. Decoration: the counts
 * are beside it.
 */
export function StatusBar({
  counts,
  size = 10,
}: {
  counts: Readonly<Record<JobStatus, number>>;
  size?: number;
}) {
  return (
    <span className="flex w-full gap-[2px]" style={{ height: size }} aria-hidden="true">
      {BAR_ORDER.filter((status) => counts[status] > 0).map((status) => (
        <span
          key={status}
          className="min-w-[3px] rounded-bar transition-[flex-grow] duration-200 ease-out"
          style={{ flexGrow: counts[status], flexBasis: 0, ...FILLS[status] }}
        />
      ))}
    </span>
  );
}
