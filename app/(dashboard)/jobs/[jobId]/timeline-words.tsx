import type { JobDetail, JobResult } from "@/db/job-queries";
import type { JobStatus, WaitingFor } from "@/db/job-status";
import type { JobAttempt } from "@/db/schema";
import { counted, usd } from "@/lib/format/figures";
import { exactDuration } from "@/lib/format/times";
import { cancelledBy, chargeOf, sentence, waitedFor, waitsFor } from "@/lib/jobs/job-words";
import type { TimelineEntry } from "@/lib/jobs/timeline";
import { Ticking } from "./ticking";

type Of<Kind extends TimelineEntry["kind"]> = Extract<TimelineEntry<JobAttempt>, { kind: Kind }>;

export function Waited({ entry, provider }: { entry: Of<"waited">; provider: string }) {
  const ms = entry.until.getTime() - entry.since.getTime();
  return `Waited ${exactDuration(ms)} ${waitedFor(entry.cause, provider)}`;
}

export function Waiting({
  since,
  waitingFor,
  loadedAtMs,
}: {
  since: Date;
  waitingFor: WaitingFor | null;
  loadedAtMs: number;
}) {
  return (
    <>
      Waits <Ticking since={since.toISOString()} loadedAtMs={loadedAtMs} /> so far,{" "}
      {waitsFor(waitingFor)}
    </>
  );
}

export function Started({
  entry: { attempt, tryNumber },
  next,
  maxAttempts,
  loadedAtMs,
}: {
  entry: Of<"started">;
  next: TimelineEntry<JobAttempt> | undefined;
  maxAttempts: number;
  loadedAtMs: number;
}) {
  return (
    <>
      <strong className="font-semibold">Attempt {attempt}</strong>{" "}
      <span className="text-ink-2">
        {next?.kind === "ended" &&
          `ran ${exactDuration(next.at.getTime() - next.attempt.startedAt.getTime())}, `}
        {next?.kind === "running" && (
          <>
            has run for <Ticking since={next.since.toISOString()} loadedAtMs={loadedAtMs} />,{" "}
          </>
        )}
        {/* A try that is given back doesn't count, so there may be more than the most. */}
        try {tryNumber} of {Math.max(maxAttempts, tryNumber)}
      </span>
    </>
  );
}

/** How an attempt ended: why, and what it cost. */
export function Ended({ attempt, result }: { attempt: JobAttempt; result: JobResult | null }) {
  switch (attempt.outcome) {
    case "succeeded":
      return (
        <>
          <strong className="font-semibold">Succeeded</strong>{" "}
          <span className="text-ink-2">
            {named(result)}{" "}
            {attempt.costUsd === null ? "Its model has no price." : `Cost ${usd(attempt.costUsd)}.`}
          </span>
        </>
      );
    case "lost": {
      const seconds = Math.round(
        (attempt.finishedAt.getTime() - attempt.startedAt.getTime()) / 1000,
      );
      return (
        <>
          Its worker vanished; taken back after {seconds} s. <Trouble attempt={attempt} />
        </>
      );
    }
    case "cancelled":
      return (
        <>
          Cancelled while it ran. <Trouble attempt={attempt} />
        </>
      );
    case "waited":
      return (
        <>
          Turned away: {said(attempt)} <Trouble attempt={attempt} />{" "}
          <span className="text-ink-2">This try doesn’t count.</span>
        </>
      );
    case "failed":
    case "retried":
      return (
        <>
          Failed: {said(attempt)} <Trouble attempt={attempt} />
        </>
      );
  }
}

/** Code, HTTP status and cost of an attempt that came to nothing. */
function Trouble({ attempt }: { attempt: JobAttempt }) {
  const { errorCode, errorMessage, httpStatus } = attempt;
  const isSaid = httpStatus !== null && errorMessage?.includes(`HTTP ${httpStatus}`);
  return (
    <>
      <code className="font-mono text-caption text-ink-2">{errorCode}</code>{" "}
      {httpStatus !== null && !isSaid && (
        <span className="rounded-tag border px-1.5 text-caption text-ink-2">HTTP {httpStatus}</span>
      )}{" "}
      <span className="text-ink-2">{chargeOf(attempt)}</span>
    </>
  );
}

const LEFT: Readonly<Record<JobStatus, string>> = {
  queued: "Queued",
  processing: "Processing",
  succeeded: "Succeeded",
  failed: "Failed",
  skipped: "Skipped",
  cancelled: "Cancelled while it was queued",
};

/** The end of a job that no attempt ended: what it was, and why. */
export function Left({ job }: { job: JobDetail }) {
  return (
    <>
      <strong className="font-semibold">{LEFT[job.status]}</strong>{" "}
      <span className="text-ink-2">
        {job.status === "cancelled"
          ? cancelledBy(job.errorMessage)
          : job.errorMessage && sentence(job.errorMessage)}
      </span>{" "}
      <code className="font-mono text-caption text-ink-2">{job.errorCode}</code>
    </>
  );
}

function said({ errorMessage, errorCode }: JobAttempt): string {
  return sentence(errorMessage ?? errorCode ?? "nobody knows why");
}

function named(result: JobResult | null): string {
  const [first, ...rest] = result?.entities ?? [];
  if (!first) return "It names nothing.";
  return rest.length === 0
    ? `It names ${first.name}.`
    : `It names ${first.name} first, and ${counted(rest.length, "more", "more")}.`;
}
