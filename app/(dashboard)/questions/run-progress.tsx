"use client";

import Link from "next/link";
import { useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import * as z from "zod/mini";
import { useLive } from "@/app/ui/live/use-live";
import { StatusBar } from "@/app/ui/status-bar";
import type { JobStatus } from "@/db/job-status";
import { counted, wholeNumber } from "@/lib/format/figures";

const count = z.number();
const view = z.object({
  summary: z.object({
    queued: count,
    processing: count,
    succeeded: count,
    failed: count,
    skipped: count,
    cancelled: count,
  }),
});
/** A batch as a call gives it, and as the events of its stream do. */
const batch = z.union([
  z.pipe(
    z.object({ batch: view }),
    z.transform((reply) => reply.batch),
  ),
  view,
]);

export type Counts = Readonly<Record<JobStatus, number>>;

const isOver = ({ summary }: { summary: Counts }) => summary.queued + summary.processing === 0;

/** How far a batch is, in one line, until its end; then the page is read anew, and the line says how it went. */
export function RunProgress({ batchKey, initial }: { batchKey: string; initial: Counts }) {
  const router = useRouter();
  const path = `/api/jobs/batches/${encodeURIComponent(batchKey)}`;
  const { shown } = useLive({ path, initial: { summary: initial }, schema: batch, isOver });
  const over = isOver(shown);
  const isRead = useRef(false);
  useEffect(() => {
    if (!over || isRead.current) return;
    isRead.current = true;
    router.refresh();
  }, [over, router]);
  const { summary } = shown;
  const total = Object.values(summary).reduce((sum, n) => sum + n, 0);
  const done = total - summary.queued - summary.processing;
  const words = `${wholeNumber(done)} of ${counted(total, "job")} done`;
  return (
    <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <span
        className="w-40"
        role="progressbar"
        aria-label="Progress of the run"
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={done}
        aria-valuetext={words}
      >
        <StatusBar counts={summary} size={4} />
      </span>
      <Link
        href={`/batches/${encodeURIComponent(batchKey)}`}
        className="inline-flex min-h-6 items-center text-ink-2 underline underline-offset-2 tabular-nums"
      >
        {over ? endOf(summary) : words}
      </Link>
      <span className="sr-only" role="status">
        {over && `The run is over: ${endOf(summary)}`}
      </span>
    </span>
  );
}

/** "38 succeeded, 2 failed" */
function endOf(summary: Counts): string {
  const parts = (["succeeded", "failed", "skipped", "cancelled"] as const)
    .filter((status) => summary[status] > 0)
    .map((status) => `${wholeNumber(summary[status])} ${status}`);
  return parts.join(", ");
}
