/**
 * The states of a job, and who moves it.
 *
 *                       ┌────────────── retry (automatic), rescue ──────────────┐
 *                       ▼                                                       │
 *   enqueue ──────▶ queued ──────────── claim ──────────▶ processing ───────────┤
 *                    │ │ ▲                                   │  │              │
 *                    │ │ │ restart (by a person)             │  │ succeed      │ fail
 *                    │ │ └──── failed, skipped, cancelled    │  ▼              ▼
 *          skip      │ │ cancel                      cancel  │ succeeded     failed
 *   skipped ◀────────┘ └──────────────▶ cancelled ◀──────────┘
 *
 * - `queued`: waits for its turn, a limit, or `scheduledFor`.
 * - `processing`: one claim holds it until its lease runs out. Only the holder of the claim's token
 *   may record an outcome.
 * - `succeeded`: its answer is in `responses`. Final for good.
 * - `failed`: no attempt left, or an error that no retry mends. A person may restart it.
 * - `skipped`: never asked: its prompt or model is off, or a newer window took its place.
 * - `cancelled`: stopped by a person. What still arrives is not stored.
 */
export const JOB_STATUSES = [
  "queued",
  "processing",
  "succeeded",
  "failed",
  "skipped",
  "cancelled",
] as const;

export type JobStatus = (typeof JOB_STATUSES)[number];

/** In flight: a call for the same work may join such a job instead of asking again. */
export const ACTIVE_JOB_STATUSES = ["queued", "processing"] as const;

/** What a person may restart. */
export const RESTARTABLE_JOB_STATUSES = ["failed", "skipped", "cancelled"] as const;

export const FINAL_JOB_STATUSES = ["succeeded", "failed", "skipped", "cancelled"] as const;

export type FinalJobStatus = (typeof FINAL_JOB_STATUSES)[number];

/** True where no automatic step moves the job any more. */
export function isFinal(status: JobStatus): boolean {
  return (FINAL_JOB_STATUSES as readonly JobStatus[]).includes(status);
}

/** True where a person may restart the job. */
export function mayRestart(status: JobStatus): boolean {
  return (RESTARTABLE_JOB_STATUSES as readonly JobStatus[]).includes(status);
}

/** How an attempt ended, as `job_attempts.outcome` says it. */
export const ATTEMPT_OUTCOMES = [
  "succeeded",
  "failed",
  "retried",
  "waited",
  "cancelled",
  "lost",
] as const;

export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

/** What a queued job waits for: the first of these that holds. */
export const WAITING_FOR = [
  "paused",
  "backoff",
  "rate_limit",
  "model_limit",
  "user_limit",
  "global_limit",
  "dispatch",
] as const;

export type WaitingFor = (typeof WAITING_FOR)[number];

/** Jobs with a higher priority are taken first. */
export const PRIORITY = { scheduled: 0, onDemand: 10 } as const;
