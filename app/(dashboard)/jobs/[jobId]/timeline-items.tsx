import type { ReactNode } from "react";
import type { JobStatus } from "@/db/job-status";
import { clock } from "@/lib/format/times";
import { StatusGlyph } from "../../../ui/status-glyph";

const ITEM = "grid grid-cols-[4.5rem_1rem_minmax(0,1fr)] gap-x-3 text-small";

const TEXT: Readonly<Record<JobStatus, string>> = {
  queued: "text-queued-text",
  processing: "text-processing-text",
  succeeded: "text-succeeded-text",
  failed: "text-failed-text",
  skipped: "text-skipped-text",
  cancelled: "text-cancelled-text",
};

/** Something that happened: its time, its state, and a sentence. */
export function TimelineEvent({
  at,
  day,
  timeZone,
  glyph,
  rail,
  isLast,
  children,
}: {
  /** Null: nobody wrote down when. */
  at: Date | null;
  /** Where it is another day than before. */
  day: string | null;
  timeZone: string;
  /** Null: it is still to come. */
  glyph: JobStatus | null;
  /** The colour of the thick rail that leads on where a call ran. */
  rail?: string;
  isLast: boolean;
  children: ReactNode;
}) {
  return (
    <li className={ITEM}>
      {at === null ? (
        <span />
      ) : (
        <time
          dateTime={at.toISOString()}
          title={`${at.toISOString().slice(0, 19).replace("T", " ")} UTC`}
          className="font-mono text-caption text-ink-2 leading-5"
        >
          {day && <span className="block">{day} </span>}
          {clock(at, timeZone, true)}
        </time>
      )}
      <span className={`flex flex-col items-center ${day ? "pt-[22px]" : "pt-0.5"}`}>
        {glyph ? (
          <span className={TEXT[glyph]}>
            <StatusGlyph status={glyph} />
          </span>
        ) : (
          <span className="my-1 size-2 rounded-[50%] border border-edge" aria-hidden="true" />
        )}
        {!isLast && (
          <span
            aria-hidden="true"
            className={`my-1 min-h-3 flex-1 rounded-bar ${rail ? `w-[3px] ${rail} forced-colors:border` : "w-px bg-line"}`}
          />
        )}
      </span>
      <div className={`wrap-anywhere max-w-[68ch] pb-3 ${day ? "pt-5" : ""}`}>{children}</div>
    </li>
  );
}

/** What lay between two events: waiting, dotted, so that it is never taken for work. */
export function TimelineStretch({
  isLast = false,
  children,
}: {
  isLast?: boolean;
  children: ReactNode;
}) {
  return (
    <li className={ITEM}>
      <span />
      <span className="flex justify-center" aria-hidden="true">
        <span className={`border-edge border-l-2 border-dotted ${isLast ? "mb-3" : "mb-1"}`} />
      </span>
      <div className="wrap-anywhere max-w-[68ch] pt-1 pb-4 text-ink-2">{children}</div>
    </li>
  );
}
