import { type Batch, listBatchKeys, readBatches as readAll } from "@/db/batch-queries";
import { WAITING_FOR } from "@/db/job-status";
import { ownedBy, type Sight } from "@/lib/auth/caller";
import type { Environment } from "@/lib/env";
import { batchNotFound } from "@/lib/errors";
import { limitsOf } from "./limits";
import type { Watched } from "./watch-loop";

/** A page of the batches that the caller has jobs in, those with the newest jobs first. */
export async function readBatches(
  page: { limit: number; before: number | null },
  sight: Sight,
  env: Environment,
) {
  const { limit, before } = page;
  const own = ownedBy(sight);
  const found = await listBatchKeys({ limit: limit + 1, before, ...own });
  const shown = found.slice(0, limit);
  const keys = shown.map((batch) => batch.batchKey);
  const last = shown.at(-1);
  return {
    batches: (await readAll(keys, own.ownerId ?? null, limitsOf(env))).map(describeBatch),
    nextCursor: found.length > limit && last ? String(last.id) : null,
  };
}

/** What the caller has under a key, with its version. Throws BatchNotFoundError. */
export async function readBatch(
  batchKey: string,
  sight: Sight,
  env: Environment,
): Promise<Watched<BatchView>> {
  const [batch] = await readAll([batchKey], ownedBy(sight).ownerId ?? null, limitsOf(env));
  if (!batch) throw batchNotFound(batchKey);
  return toWatched(batch);
}

/** In: a batch as it is stored. Out: the same as its watchers get it. */
export function toWatched(batch: Batch): Watched<BatchView> {
  return {
    version: batch.version,
    isFinal: batch.finishedAt !== null,
    state: describeBatch(batch),
  };
}

const DAY_MS = 86_400_000;

/**
 * The daily batches of the last `days` UTC days, oldest first: what the caller has in each, null where
 * it has nothing.
 */
export async function readDailyBatches(
  days: number,
  sight: Sight,
  env: Environment,
): Promise<{ day: string; batch: BatchView | null }[]> {
  const now = Date.now();
  const wanted = Array.from({ length: days }, (_, ago) =>
    new Date(now - (days - 1 - ago) * DAY_MS).toISOString().slice(0, 10),
  );
  const found = await readAll(wanted, ownedBy(sight).ownerId ?? null, limitsOf(env));
  return wanted.map((day) => {
    const batch = found.find(({ batchKey }) => batchKey === day);
    return { day, batch: batch ? describeBatch(batch) : null };
  });
}

export type BatchView = ReturnType<typeof describeBatch>;

/** A batch as the contract shows it, and its progress: the share of its jobs that are final. */
function describeBatch({ batchKey, jobs, waiting, ...figures }: Batch) {
  const total = Object.values(jobs).reduce((sum, n) => sum + n, 0);
  return {
    batchKey,
    progress: (total - jobs.queued - jobs.processing) / total,
    summary: { total, ...jobs },
    waiting: Object.fromEntries(WAITING_FOR.map((reason) => [reason, waiting[reason] ?? 0])),
    promptCount: figures.promptCount,
    startedAt: figures.startedAt,
    finishedAt: figures.finishedAt,
    costUsd: figures.costUsd,
  };
}
