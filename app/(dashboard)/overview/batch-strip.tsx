import Link from "next/link";
import { counted } from "@/lib/format/figures";
import { utcDayLabel } from "@/lib/format/times";
import type { BatchView } from "@/lib/jobs/batches";

type Day = { day: string; batch: BatchView | null };

/**
 * A bar for each day: grey what is done, red over it what failed, an outline what is still to come. On a
 * phone in two rows, so that each stays wide enough for a finger.
 */
export function BatchStrip({ days, now }: { days: readonly Day[]; now: Date }) {
  const [first, last] = [days[0], days.at(-1)];
  return (
    <>
      <ol className="grid grid-cols-7 gap-1 sm:flex">
        {days.map(({ day, batch }) => (
          <li key={day} className="min-w-0 flex-1">
            {batch ? (
              <Link
                href={`/batches/${encodeURIComponent(day)}`}
                aria-label={`${utcDayLabel(day, now)}: ${sayBatch(batch)}`}
                title={`${utcDayLabel(day, now)}: ${sayBatch(batch)}`}
                className="flex h-11 flex-col justify-end gap-[2px] rounded-bar"
              >
                <Bar batch={batch} />
              </Link>
            ) : (
              <span
                role="img"
                aria-label={`${utcDayLabel(day, now)}: no batch`}
                title={`${utcDayLabel(day, now)}: no batch`}
                className="block h-11 rounded-bar border border-edge border-dashed"
              />
            )}
          </li>
        ))}
      </ol>
      {first && last && (
        <p className="mt-1 flex justify-between text-caption text-ink-2">
          <span>{utcDayLabel(first.day, now)}</span>
          <span>{utcDayLabel(last.day, now)}, UTC</span>
        </p>
      )}
    </>
  );
}

function Bar({ batch: { summary } }: { batch: BatchView }) {
  const { total, failed, queued, processing } = summary;
  const left = queued + processing;
  const part = (jobs: number) => ({ flexGrow: jobs, flexBasis: 0 });
  return (
    <>
      {failed > 0 && (
        <span className="min-h-[3px] rounded-bar bg-failed-fill" style={part(failed)} />
      )}
      {left > 0 && (
        <span className="min-h-[3px] rounded-bar border border-edge" style={part(left)} />
      )}
      <span className="rounded-bar bg-strip" style={part(total - failed - left)} />
    </>
  );
}

function sayBatch({ summary }: BatchView): string {
  const { total, succeeded, failed, queued, processing } = summary;
  const left = queued + processing;
  return [
    `${succeeded} of ${counted(total, "job")} succeeded`,
    failed > 0 && `${failed} failed`,
    left > 0 && `${left} to come`,
  ]
    .filter(Boolean)
    .join(", ");
}
