import Link from "next/link";
import { JOB_STATUSES } from "@/db/job-status";
import { wholeNumber } from "@/lib/format/figures";
import { StatusGlyph } from "../../ui/status-glyph";
import { type JobsAddress, jobsHref } from "./address";
import type { Counts } from "./use-job-updates";

/** All jobs, or those in one state, with how many there are; each has an address. */
export function StatusTabs({ asked, counts }: { asked: JobsAddress; counts: Counts }) {
  const { cursor: _, ...others } = asked;
  const total = JOB_STATUSES.reduce((sum, status) => sum + counts[status], 0);
  return (
    <nav aria-label="Jobs by status" className="mb-4 flex flex-wrap gap-x-1 gap-y-1 border-b pb-2">
      {[null, ...JOB_STATUSES].map((status) => {
        const isHere = asked.status === status;
        return (
          <Link
            key={status ?? "all"}
            href={jobsHref({ ...others, status })}
            scroll={false}
            prefetch={false}
            aria-current={isHere ? "page" : undefined}
            className={`inline-flex h-8 items-center gap-2 rounded-control border px-2 text-small tabular-nums coarse:h-11 ${
              isHere
                ? "border-edge bg-surface font-medium text-ink"
                : "border-transparent text-ink-2 hover:bg-hover hover:text-ink"
            }`}
          >
            {status && (
              <span className={isHere || counts[status] > 0 ? TEXT[status] : "text-ink-3"}>
                <StatusGlyph status={status} />
              </span>
            )}
            <span className={status ? "max-xl:sr-only" : ""}>{status ?? "All"}</span>{" "}
            <span className={isHere ? "" : "text-ink"}>
              {wholeNumber(status ? counts[status] : total)}
            </span>
          </Link>
        );
      })}
    </nav>
  );
}

const TEXT = {
  queued: "text-queued-text",
  processing: "text-processing-text",
  succeeded: "text-succeeded-text",
  failed: "text-failed-text",
  skipped: "text-skipped-text",
  cancelled: "text-cancelled-text",
} as const;
