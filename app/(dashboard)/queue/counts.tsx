import Link from "next/link";
import type { JobStatus } from "@/db/job-status";
import { wholeNumber } from "@/lib/format/figures";
import { BAR_ORDER } from "../../ui/status-bar";
import { StatusBadge } from "../../ui/status-glyph";

type Stats = {
  queuedJobs: number;
  scheduledJobs: number;
  processingJobs: number;
  succeededJobs: number;
  failedJobs: number;
  skippedJobs: number;
  cancelledJobs: number;
};

/** How many jobs are in each state; each opens the jobs so filtered. */
export function Counts({ stats }: { stats: Stats }) {
  const counts: Record<JobStatus, number> = {
    queued: stats.queuedJobs + stats.scheduledJobs,
    processing: stats.processingJobs,
    succeeded: stats.succeededJobs,
    failed: stats.failedJobs,
    skipped: stats.skippedJobs,
    cancelled: stats.cancelledJobs,
  };
  return (
    <ul className="mt-4 mb-8 flex flex-wrap gap-x-5 gap-y-1 text-small">
      {BAR_ORDER.map((status) => (
        <li key={status}>
          <Link
            href={`/jobs?status=${status}`}
            className="inline-flex min-h-6 items-center rounded-bar hover:underline coarse:min-h-11"
          >
            <StatusBadge status={status} count={wholeNumber(counts[status])} />
          </Link>
        </li>
      ))}
      {stats.scheduledJobs > 0 && (
        <li className="inline-flex min-h-6 items-center text-ink-2">
          {wholeNumber(stats.scheduledJobs)} of the queued ones for later
        </li>
      )}
    </ul>
  );
}
