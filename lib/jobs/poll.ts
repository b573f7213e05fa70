import type { JobStatus } from "@/db/job-status";
import type { Sight } from "@/lib/auth/caller";
import type { Environment } from "@/lib/env";
import type { JobState } from "./describe-job";
import { statusOfJob } from "./status";
import { watchJob } from "./watch";

/**
 * Waits until the job's status is another than `status` (null: than it is now) or final, for at most
 * `timeoutSeconds`, then gives its state, and whether the status is another. Throws JobNotFoundError.
 */
export async function pollJob(
  jobId: number,
  from: { status: JobStatus | null; timeoutSeconds: number },
  caller: { sight: Sight; signal: AbortSignal },
  env: Environment,
): Promise<JobState & { changed: boolean }> {
  const timeout = AbortSignal.timeout(from.timeoutSeconds * 1000);
  const signal = AbortSignal.any([caller.signal, timeout]);
  let { status } = from;
  let last: JobState | undefined;
  for await (const { state, isFinal } of watchJob(jobId, caller.sight, env, signal)) {
    last = state;
    status ??= state.job.status;
    const changed = state.job.status !== status;
    if (changed || isFinal) return { ...state, changed };
  }
  if (caller.signal.aborted && last) return { ...last, changed: false };
  // What it waits for may be something else by now, though its version is the same.
  const state = await statusOfJob(jobId, caller.sight, env);
  return { ...state, changed: state.job.status !== status };
}
