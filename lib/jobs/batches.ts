import { type Batch, listBatchKeys, readBatches as readAll } from "@/db/batch-queries";
import { WAITING_FOR } from "@/db/job-status";
import type { Environment } from "@/lib/env";
import { batchNotFound } from "@/lib/errors";
import { limitsOf } from "./limits";

/** A page of batches, those with the newest jobs first. */
export async function readBatches(
  page: { limit: number; before: number | null },
  env: Environment,
) {
  const found = await listBatchKeys({ limit: page.limit + 1, before: page.before });
  const shown = found.slice(0, page.limit);
  const keys = shown.map((batch) => batch.batchKey);
  const last = shown.at(-1);
  return {
    batches: (await readAll(keys, limitsOf(env))).map(describeBatch),
    nextCursor: found.length > page.limit && last ? String(last.id) : null,
  };
}

/** Throws BatchNotFoundError. */
export async function readBatch(batchKey: string, env: Environment) {
  const [batch] = await readAll([batchKey], limitsOf(env));
  if (!batch) throw batchNotFound(batchKey);
  return describeBatch(batch);
}

/** A batch as the contract shows it. */
function describeBatch({ batchKey, jobs, waiting, ...figures }: Batch) {
  return {
    batchKey,
    summary: { total: Object.values(jobs).reduce((sum, n) => sum + n, 0), ...jobs },
    waiting: Object.fromEntries(WAITING_FOR.map((reason) => [reason, waiting[reason] ?? 0])),
    promptCount: figures.promptCount,
    startedAt: figures.startedAt,
    finishedAt: figures.finishedAt,
    costUsd: figures.costUsd,
  };
}
