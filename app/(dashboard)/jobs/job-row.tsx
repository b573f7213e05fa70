"use client";

import Link from "next/link";
import { memo } from "react";
import { usd } from "@/lib/format/figures";
import { exactDuration } from "@/lib/format/times";
import { type ListedJob, movedAt, ranMs, waitedMs } from "@/lib/jobs/job-row";
import { waitsFor } from "@/lib/jobs/job-words";
import { SimulatedTag } from "../../ui/simulated-tag";
import { StatusBadge } from "../../ui/status-glyph";
import { Cell } from "../../ui/table";
import { Time } from "../../ui/time";
import { shortKey } from "./choices";

type Props = {
  job: ListedJob;
  isChosen: boolean;
  nowMs: number;
  timeZone: string;
  onChoose: (jobId: number, withRange: boolean) => void;
};

/** A job as a row, which opens its page; on a narrow screen as two lines. */
export const JobRow = memo(function JobRow({ job, isChosen, nowMs, timeZone, onChoose }: Props) {
  const { jobId, status, model, batchKey } = job;
  const name = model.label === "" ? model.name : `${model.name} ${model.label}`;
  const moved = <Time at={movedAt(job, nowMs)} timeZone={timeZone} now={new Date(nowMs)} />;
  return (
    <tr
      className={`cursor-pointer border-b ${isChosen ? "bg-hover" : "hover:bg-hover"}`}
      data-row={jobId}
    >
      <Cell>
        <label className="flex size-6 select-none items-center justify-center coarse:size-11">
          <input
            type="checkbox"
            className="size-4 accent-solid"
            checked={isChosen}
            aria-label={`Select job ${jobId}`}
            onChange={({ nativeEvent }) =>
              onChoose(jobId, nativeEvent instanceof MouseEvent && nativeEvent.shiftKey)
            }
          />
        </label>
      </Cell>
      <Cell from="sm">
        <StatusBadge status={status} />
      </Cell>
      <Cell>
        <span className="flex min-w-20 items-start justify-between gap-3 lg:min-w-32">
          <Link
            href={`/jobs/${jobId}`}
            prefetch={false}
            className="wrap-anywhere hover:underline hover:underline-offset-2"
          >
            {job.prompt.slug}
            <span className="sr-only">, job {jobId}</span>
          </Link>
          <span className="sm:hidden">
            <StatusBadge status={status} />
          </span>
        </span>
        <span className="flex flex-wrap justify-between gap-x-3 text-caption text-ink-2 sm:hidden">
          <span className="wrap-anywhere">
            {name} run {job.runIndex + 1}
            {status !== "succeeded" && (
              <>
                {", "}
                <Outcome job={job} />
              </>
            )}
          </span>
          {moved}
        </span>
      </Cell>
      <Cell from="sm">
        <span className="wrap-anywhere inline-block min-w-20 align-middle font-mono text-caption">
          {name}
        </span>{" "}
        <span className="whitespace-nowrap text-ink-2 tabular-nums">run {job.runIndex + 1}</span>{" "}
        {model.provider === "simulated" && <SimulatedTag />}
      </Cell>
      <Cell from="sm">
        <Outcome job={job} />
      </Cell>
      <Cell from="sm">{moved}</Cell>
      <Cell from="lg" isNumber>
        <span className="whitespace-nowrap">
          {job.attemptCount} of {job.maxAttempts}
        </span>
      </Cell>
      <Cell from="xl" isNumber>
        <Length ms={waitedMs(job, nowMs)} />
      </Cell>
      <Cell from="xl" isNumber>
        <Length ms={ranMs(job, nowMs)} />
      </Cell>
      <Cell from="xl">
        <Link
          href={`/batches/${encodeURIComponent(batchKey)}`}
          prefetch={false}
          className="wrap-anywhere inline-flex min-h-6 min-w-24 items-center font-mono text-caption text-ink-2 underline underline-offset-2 hover:text-ink"
        >
          {shortKey(batchKey)}
        </Link>
      </Cell>
    </tr>
  );
});

/** Why it came to nothing, what it waits for, or what it cost. */
function Outcome({ job: { status, errorCode, waitingFor, metrics } }: { job: ListedJob }) {
  switch (status) {
    case "failed":
    case "skipped":
    case "cancelled":
      return <span className="font-mono text-caption">{errorCode}</span>;
    case "queued":
      return <span className="text-ink-2">waits {waitsFor(waitingFor)}</span>;
    case "processing":
      return <span className="text-ink-2">is being answered</span>;
    case "succeeded":
      return metrics.costUsd === null ? (
        <span className="text-ink-2">— no price</span>
      ) : (
        <span className="tabular-nums">{usd(metrics.costUsd)}</span>
      );
  }
}

function Length({ ms }: { ms: number | null }) {
  if (ms === null) return <span className="text-ink-3">—</span>;
  return <span className="whitespace-nowrap">{exactDuration(ms)}</span>;
}
