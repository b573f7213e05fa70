import { relativeTime } from "@/lib/format/times";

/** A moment in the reader's zone, relative under a day; in UTC on hover. */
export function Time({ at, timeZone, now }: { at: Date | null; timeZone: string; now: Date }) {
  if (at === null) return <span className="text-ink-3">—</span>;
  return (
    <time
      dateTime={at.toISOString()}
      title={`${at.toISOString().slice(0, 19).replace("T", " ")} UTC`}
      className="whitespace-nowrap tabular-nums"
    >
      {relativeTime(at, timeZone, now)}
    </time>
  );
}
