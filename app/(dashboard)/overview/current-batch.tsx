import type { Sight } from "@/lib/auth/caller";
import { type Environment, environment } from "@/lib/env";
import { relativeTime } from "@/lib/format/times";
import { readBatchProgress } from "@/lib/jobs/batch-progress";
import { type BatchView, readBatches } from "@/lib/jobs/batches";
import { BatchProgress } from "../../ui/live/batch-progress";
import { batchState } from "../../ui/live/batch-state";

type Days = readonly { batch: BatchView | null }[];

/** Today's daily batch, else the last one of the strip, else the newest of any kind; null: there is none. */
export async function findCurrent(
  days: Days,
  sight: Sight,
  env: Environment,
): Promise<BatchView | null> {
  const daily = days.findLast(({ batch }) => batch !== null)?.batch;
  if (daily) return daily;
  const { batches } = await readBatches({ limit: 1, before: null }, sight, env);
  return batches[0] ?? null;
}

/** The batch that the overview is about, as it goes. */
export async function CurrentBatch({
  batch,
  isToday,
  nextRunAt,
  reader: { sight, timeZone, now },
}: {
  batch: BatchView;
  isToday: boolean;
  nextRunAt: Date | null;
  reader: { sight: Sight; timeZone: string; now: Date };
}) {
  const { seen, hints } = await readBatchProgress(batch, sight, environment(), timeZone);
  return (
    <section>
      <BatchProgress
        key={batch.batchKey}
        initial={batchState.parse(batch)}
        timeZone={timeZone}
        seen={seen}
        hints={hints}
        isInTitle
        heading={
          <>
            <h2 className="inline font-semibold text-body">
              {isToday ? "Today’s batch" : "Latest batch"}
            </h2>{" "}
            <span className="font-mono text-caption text-ink-2 wrap-anywhere">
              {batch.batchKey}
            </span>
          </>
        }
      />
      {!isToday && (
        <p className="mt-2 text-ink-2 text-small">
          No daily batch today yet. {whenNext(nextRunAt, timeZone, now)}
        </p>
      )}
    </section>
  );
}

function whenNext(nextRunAt: Date | null, timeZone: string, now: Date): string {
  if (nextRunAt === null) return "No question is asked by itself.";
  if (nextRunAt <= now) return "The next one starts as soon as the cron calls /api/cron.";
  return `The next question is due ${relativeTime(nextRunAt, timeZone, now)}.`;
}
