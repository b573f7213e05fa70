import { readRecentPace } from "@/db/batch-progress-queries";
import { ownedBy, type Sight } from "@/lib/auth/caller";
import type { Environment } from "@/lib/env";
import type { Sample } from "@/lib/format/progress";
import type { BatchView } from "./batches";
import { readWaitingHints, type WaitingHints } from "./waiting-hints";

const LATELY_MS = 5 * 60_000;

/** What a page that shows a batch going on wants to know besides its figures; nothing of one that is over. */
export async function readBatchProgress(
  batch: BatchView,
  sight: Sight,
  env: Environment,
  timeZone: string,
): Promise<{ seen: Sample[]; hints: WaitingHints }> {
  if (batch.finishedAt !== null) return { seen: [], hints: {} };
  const { batchKey, summary, startedAt } = batch;
  const ownerId = ownedBy(sight).ownerId ?? null;
  const [pace, hints] = await Promise.all([
    readRecentPace({ batchKey, ownerId }),
    readWaitingHints(batchKey, sight, env, timeZone),
  ]);
  const done = summary.total - summary.queued - summary.processing;
  return { seen: startedAt === null ? [] : samplesOf({ ...pace, startedAt, done }), hints };
}

type Pace = Awaited<ReturnType<typeof readRecentPace>> & { startedAt: Date; done: number };

/** In: what is known of a batch's last five minutes. Out: as if somebody had looked on. */
export function samplesOf({
  now,
  startedAt,
  lastFinishedAt,
  finishedLately,
  done,
}: Pace): Sample[] {
  const fiveAgoMs = now.getTime() - LATELY_MS;
  const firstMs = Math.max(startedAt.getTime(), fiveAgoMs);
  const last = { atMs: now.getTime(), done };
  if (finishedLately === 0) {
    const stillSince = lastFinishedAt ?? startedAt;
    return [{ atMs: stillSince.getTime(), done }, last];
  }
  return [
    { atMs: firstMs, done: Math.max(0, done - finishedLately) },
    ...(lastFinishedAt ? [{ atMs: Math.max(firstMs, lastFinishedAt.getTime()), done }] : []),
    last,
  ];
}
