import type { ReactNode } from "react";
import type { JobStatus } from "@/db/job-status";

/** One shape for each state, so that none is told by its colour alone. 16 px, in the text's colour. */
const SHAPES: Readonly<Record<JobStatus, ReactNode>> = {
  queued: <circle cx="8" cy="8" r="5.5" {...stroke()} strokeDasharray="2.3 2.02" />,
  processing: <path d="M8 2.5A5.5 5.5 0 1 1 2.5 8" {...stroke(2)} />,
  succeeded: (
    <>
      <circle cx="8" cy="8" r="6.5" fill="currentColor" />
      <path d="m5.2 8.2 2 2 3.6-4.2" {...stroke(1.5)} stroke="var(--canvas)" />
    </>
  ),
  failed: (
    <>
      <path d="M5.3 1.5h5.4l3.8 3.8v5.4l-3.8 3.8H5.3l-3.8-3.8V5.3z" fill="currentColor" />
      <path d="m5.8 5.8 4.4 4.4m0-4.4-4.4 4.4" {...stroke(1.5)} stroke="var(--canvas)" />
    </>
  ),
  skipped: <path d="m3 3.5 4.5 4.5L3 12.5m5.5-9L13 8l-4.5 4.5" {...stroke()} />,
  cancelled: (
    <>
      <circle cx="8" cy="8" r="5.5" {...stroke()} />
      <path d="m4.2 11.8 7.6-7.6" {...stroke()} />
    </>
  ),
};

function stroke(strokeWidth = 1.5) {
  return {
    fill: "none",
    stroke: "currentColor",
    strokeWidth,
    strokeLinecap: "round",
    strokeLinejoin: "round",
  } as const;
}

const TEXT: Readonly<Record<JobStatus, string>> = {
  queued: "text-queued-text",
  processing: "text-processing-text",
  succeeded: "text-succeeded-text",
  failed: "text-failed-text",
  skipped: "text-skipped-text",
  cancelled: "text-cancelled-text",
};

export function StatusGlyph({ status }: { status: JobStatus }) {
  return (
    <svg viewBox="0 0 16 16" className="size-4 shrink-0" aria-hidden="true">
      {SHAPES[status]}
    </svg>
  );
}

/** Glyph, the number where there is one, and the API's own word. */
export function StatusBadge({ status, count }: { status: JobStatus; count?: string }) {
  return (
    <span
      className={`inline-flex items-center gap-2 whitespace-nowrap align-middle ${TEXT[status]}`}
    >
      <StatusGlyph status={status} />
      <span className="tabular-nums">{count === undefined ? status : `${count} ${status}`}</span>
    </span>
  );
}
