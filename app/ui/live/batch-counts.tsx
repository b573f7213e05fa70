import Link from "next/link";
import { wholeNumber } from "@/lib/format/figures";
import { BAR_ORDER } from "../status-bar";
import { StatusBadge } from "../status-glyph";
import { type BatchState, jobsOf } from "./batch-state";

const GLYPH_PX = 24;

/** How many jobs are in which state, each with its list; in widths that hold as many as there may be. */
export function BatchCounts({ batch: { batchKey, summary } }: { batch: BatchState }) {
  const digits = wholeNumber(summary.total).length;
  return (
    <ul className="mt-2 grid grid-cols-2 gap-x-4 text-small sm:flex sm:flex-wrap">
      {BAR_ORDER.map((status) => (
        <li
          key={status}
          style={{ minWidth: `calc(${digits + status.length}ch + ${GLYPH_PX}px)` }}
          className={summary[status] === 0 ? "[&_span]:text-ink-3" : undefined}
        >
          <Link
            href={jobsOf(batchKey, status)}
            className="inline-flex min-h-6 items-center underline-offset-2 hover:underline coarse:min-h-11"
          >
            <StatusBadge status={status} count={wholeNumber(summary[status])} />
          </Link>
        </li>
      ))}
    </ul>
  );
}
