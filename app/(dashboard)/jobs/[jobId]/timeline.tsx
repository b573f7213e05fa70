import type { JobDetail } from "@/db/job-queries";
import type { JobAttempt } from "@/db/schema";
import { usd } from "@/lib/format/figures";
import { dayLabel, exactDuration } from "@/lib/format/times";
import { queuedBy } from "@/lib/jobs/job-words";
import type { Timeline, TimelineEntry } from "@/lib/jobs/timeline";
import { Ticking } from "./ticking";
import { TimelineEvent, TimelineStretch } from "./timeline-items";
import { Ended, Left, Started, Waited, Waiting } from "./timeline-words";

type Reader = { timeZone: string; now: Date };

/** A job's life: what happened, and what lay between. Waiting is dotted, running is thick. */
export function JobTimeline({
  job,
  timeline: { entries, waitedMs, ranMs },
  reader,
}: {
  job: JobDetail;
  timeline: Timeline<JobAttempt>;
  reader: Reader;
}) {
  return (
    <section aria-labelledby="timeline" className="border-t py-6">
      <h2 id="timeline" className="mb-4 font-semibold text-body">
        Timeline
      </h2>
      <ol>
        {entries.map((entry, place) => (
          <Entry
            // biome-ignore lint/suspicious/noArrayIndexKey: what has happened keeps its place
            key={place}
            entry={entry}
            next={entries[place + 1]}
            day={newDay(entries, place, reader)}
            job={job}
            reader={reader}
          />
        ))}
      </ol>
      <p className="mt-2 text-caption text-ink-2 tabular-nums">
        Waited <Total ms={waitedMs} isGoingOn={job.status === "queued"} now={reader.now} />, ran{" "}
        <Total ms={ranMs} isGoingOn={job.status === "processing"} now={reader.now} />
        {job.costUsd !== null && `, ${usd(job.costUsd)}`}
      </p>
    </section>
  );
}

function Total({ ms, isGoingOn, now }: { ms: number; isGoingOn: boolean; now: Date }) {
  if (!isGoingOn) return exactDuration(ms);
  const since = new Date(now.getTime() - ms).toISOString();
  return <Ticking since={since} loadedAtMs={now.getTime()} />;
}

type EntryProps = {
  entry: TimelineEntry<JobAttempt>;
  next: TimelineEntry<JobAttempt> | undefined;
  day: string | null;
  job: JobDetail;
  reader: Reader;
};

function Entry({ entry, next, day, job, reader }: EntryProps) {
  const place = { day, timeZone: reader.timeZone, isLast: next === undefined };
  const loadedAtMs = reader.now.getTime();
  switch (entry.kind) {
    case "queued":
      return (
        <TimelineEvent {...place} at={entry.at} glyph="queued">
          {queuedBy(job.batchKey)}
        </TimelineEvent>
      );
    case "restarted":
      return (
        <TimelineEvent {...place} at={entry.at} glyph="queued">
          <strong className="font-semibold">Restarted by hand</strong>
          {entry.at === null && <span className="text-ink-2"> (when isn’t stored)</span>}
        </TimelineEvent>
      );
    case "waited":
      return (
        <TimelineStretch>
          <Waited entry={entry} provider={job.model.provider} />
        </TimelineStretch>
      );
    case "waiting":
      return (
        <TimelineStretch isLast={next === undefined}>
          <Waiting since={entry.since} waitingFor={job.waitingFor} loadedAtMs={loadedAtMs} />
        </TimelineStretch>
      );
    case "started": {
      const ran = next?.kind === "ended" ? next.attempt.outcome : "processing";
      return (
        <TimelineEvent {...place} at={entry.at} glyph="processing" rail={RAILS[ran]}>
          <Started
            entry={entry}
            next={next}
            maxAttempts={job.maxAttempts}
            loadedAtMs={loadedAtMs}
          />
        </TimelineEvent>
      );
    }
    case "running":
      return null;
    case "ended":
      return (
        <TimelineEvent {...place} at={entry.at} glyph={GLYPHS[entry.attempt.outcome]}>
          <Ended attempt={entry.attempt} result={job.result} />
        </TimelineEvent>
      );
    case "left":
      return (
        <TimelineEvent {...place} at={entry.at} glyph={entry.status}>
          <Left job={job} />
        </TimelineEvent>
      );
    case "next":
      return (
        <TimelineEvent {...place} at={entry.at} glyph={null}>
          <span className="text-ink-2">
            {`Next try (${job.attemptCount} of ${job.maxAttempts} tries used)`}
          </span>
        </TimelineEvent>
      );
  }
}

/** What an attempt's end looks like: its job may go on, but the attempt came to nothing. */
const GLYPHS = {
  succeeded: "succeeded",
  failed: "failed",
  retried: "failed",
  waited: "failed",
  lost: "failed",
  cancelled: "cancelled",
} as const;

const RAILS = {
  succeeded: "bg-succeeded-fill",
  failed: "bg-failed-fill",
  retried: "bg-failed-fill",
  waited: "bg-failed-fill",
  lost: "bg-failed-fill",
  cancelled: "bg-cancelled-fill",
  processing: "bg-processing-fill",
} as const;

const timeOf = (entry: TimelineEntry<JobAttempt>) => ("at" in entry ? entry.at : null);

/** The day, where it is another one than that of the event before: clocks alone don't tell. */
function newDay(
  entries: readonly TimelineEntry<JobAttempt>[],
  place: number,
  { timeZone, now }: Reader,
): string | null {
  const entry = entries[place];
  const at = entry ? timeOf(entry) : null;
  if (at === null) return null;
  const before =
    entries
      .slice(0, place)
      .map(timeOf)
      .findLast((time) => time !== null) ?? now;
  const day = dayLabel(at, timeZone, now);
  return day === dayLabel(before, timeZone, now) ? null : day;
}
