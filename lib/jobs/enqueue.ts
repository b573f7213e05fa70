import { PRIORITY } from "@/db/job-status";
import { type Enqueued, enqueueDueJobs } from "@/db/job-transitions/enqueue";
import { insertJob } from "@/db/job-transitions/enqueue-job";
import { beginDuty } from "@/db/maintenance";
import { tryAgain, WHILE_A_CALLER_WAITS_MS } from "@/db/retry";
import type { PromptJob } from "@/db/schema";
import { type Environment, jobMaxAttempts } from "@/lib/env";
import { modelNotFound, promptNotFound } from "@/lib/errors";
import { deleteJobStatuses } from "@/lib/live-store/job-status";
import { log } from "@/lib/log";

/**
 * Enqueues what is due in the present windows; see `enqueueDueJobs`. Calling it again, or many times
 * at once, makes nothing new.
 */
export async function enqueueDue(env: Environment): Promise<Enqueued> {
  const [enqueued] = await Promise.all([
    tryAgain(() => enqueueDueJobs({ maxAttempts: env.JOB_MAX_ATTEMPTS }), WHILE_A_CALLER_WAITS_MS),
    // Not to fail for: else a caller would read 503 while enqueueing is still being tried.
    tryAgain(() => beginDuty("cron"), WHILE_A_CALLER_WAITS_MS).catch((error: unknown) => {
      log.warn({ err: error }, "could not note that the cron ran");
    }),
  ]);
  const { supersededIds, ...figures } = enqueued;
  const superseded = supersededIds.length;
  if (figures.jobsCreated + superseded > 0) log.info({ ...figures, superseded }, "enqueued");
  await deleteJobStatuses(supersededIds);
  return enqueued;
}

export type JobToEnqueue = {
  promptId: number;
  modelId: number;
  runIndex: number;
  batchKey: string;
  /** Whose limit it counts against; without: nobody's but the global one. */
  ownerId?: string | null | undefined;
  /** Higher goes first: see PRIORITY. */
  priority?: number | undefined;
  /** Not before this; without: now. */
  scheduledFor?: Date | undefined;
  /** Join the owner's active job of the same reference, if there is one, instead of adding another. */
  unique?: boolean | undefined;
  /** The caller's own name for the work. */
  reference?: string | undefined;
};

/**
 * Enqueues one job. Not `created`: the job is the one that its key (prompt, model, run, batch) has
 * already, or, with `unique`, the active one of the same owner and reference, in a race too; also one
 * that this very call made, where the database's first reply was lost. Throws a TypeError for `unique`
 * without a reference, PromptNotFoundError, ModelNotFoundError.
 */
export async function enqueueJob({
  unique = false,
  ...wanted
}: JobToEnqueue): Promise<{ job: PromptJob; created: boolean }> {
  if (unique && !wanted.reference) {
    throw new TypeError("enqueueJob: unique needs a reference, by which the job is known again");
  }
  const job = {
    ...wanted,
    ownerId: wanted.ownerId ?? null,
    priority: wanted.priority ?? PRIORITY.scheduled,
    scheduledFor: wanted.scheduledFor ?? null,
    reference: wanted.reference || null,
    maxAttempts: jobMaxAttempts(),
  };
  // Again where the twin that the insert met is gone by the time we look for it.
  for (;;) {
    const inserted = await tryAgain(
      () => insertJob(job, { sole: unique }),
      WHILE_A_CALLER_WAITS_MS,
    );
    if (!inserted) continue;
    switch (inserted.outcome) {
      case "prompt_not_found":
        throw promptNotFound(String(job.promptId));
      case "model_not_found":
        throw modelNotFound(job.modelId);
      case "joined":
        log.info({ jobId: inserted.job.id, reference: job.reference }, "joined a job in flight");
        return { job: inserted.job, created: false };
      default:
        return { job: inserted.job, created: inserted.outcome === "created" };
    }
  }
}
