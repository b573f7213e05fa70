import { isFinal } from "@/db/job-status";
import { ownedBy, type Sight } from "@/lib/auth/caller";
import type { Environment } from "@/lib/env";
import { type BatchView, readBatch } from "./batches";
import type { JobState } from "./describe-job";
import { statusOfJob } from "./status";
import { laterStatesOfBatch, laterStatesOfJob, type Watched } from "./watch-loop";

/**
 * A job's states: the present one at once, then each later one within 1 s of its commit, until it is
 * final or pruned, `signal` fires, or this instance is asked to end. Of states that follow one another
 * faster than they are looked at or read only the last is given; none twice, none after a newer one.
 * Nothing is watched before a second state is asked for. The first state is no older than the version
 * that the caller has `seen`, whatever a copy of it says. Throws JobNotFoundError.
 */
export async function* watchJob(
  jobId: number,
  sight: Sight,
  env: Environment,
  signal: AbortSignal,
  seen = 0,
): AsyncGenerator<Watched<JobState>, void> {
  const state = await statusOfJob(jobId, sight, env, seen);
  const { version, status } = state.job;
  yield { version, isFinal: isFinal(status), state };
  if (!isFinal(status)) yield* laterStatesOfJob(jobId, version, signal);
}

/** A batch's states, until all its jobs are final; else as `watchJob`. Throws BatchNotFoundError. */
export async function* watchBatch(
  batchKey: string,
  sight: Sight,
  env: Environment,
  signal: AbortSignal,
): AsyncGenerator<Watched<BatchView>, void> {
  const present = await readBatch(batchKey, sight, env);
  yield present;
  if (present.isFinal) return;
  const ownerId = ownedBy(sight).ownerId ?? null;
  yield* laterStatesOfBatch({ batchKey, ownerId }, present.version, signal);
}
