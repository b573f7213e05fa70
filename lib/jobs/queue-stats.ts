import { listModels } from "@/db/models";
import {
  countFinishedLately,
  countProcessing,
  countWaiting,
  type FinishedLately,
  readDuties,
  type WaitingJobs,
} from "@/db/queue-queries";
import { ownedBy, type Sight, sees } from "@/lib/auth/caller";
import type { Environment } from "@/lib/env";
import { redisServes } from "@/lib/live-store/redis";
import { finalCounts } from "./final-counts";
import { limitsOf } from "./limits";
import { readPauses } from "./pause";

/** A job that has only dispatch to wait for should not wait longer. */
const STALLED_SECONDS = 300;

/** More than this share of the last hour's calls failed. */
const DEGRADED_SHARE = 0.2;

type Health = "healthy" | "degraded" | "stalled";

/**
 * How the queue does, as the caller sees it: its own jobs' counts, limits with everybody's use, what is
 * paused, and what is wrong.
 */
export async function readQueueStats(sight: Sight, env: Environment) {
  const limits = limitsOf(env);
  const { ownerId } = ownedBy(sight);
  const [waiting, processing, models, final, lately, paused, duties, isInRedis] = await Promise.all(
    [
      countWaiting(limits, ownerId),
      countProcessing(),
      listModels(),
      finalCounts(ownerId),
      countFinishedLately(ownerId),
      readPauses(),
      readDuties(),
      redisServes(),
    ],
  );
  const isDue = (group: WaitingJobs) => group.oldestDueSeconds !== null;
  const queuedJobs = sum(waiting.filter(isDue));
  const scheduledJobs = sum(waiting) - queuedJobs;
  const processingJobs = sum(processing.filter((group) => sees(sight, group.ownerId)));
  const { succeeded, failed, skipped, cancelled } = final;
  const inFlight = [...waiting, ...processing].flatMap((group) => group.ownerId ?? []);
  const owners = new Set(ownerId === undefined ? inFlight : [ownerId]);
  return {
    queuedJobs,
    scheduledJobs,
    processingJobs,
    succeededJobs: succeeded,
    failedJobs: failed,
    skippedJobs: skipped,
    cancelledJobs: cancelled,
    totalJobs:
      queuedJobs + scheduledJobs + processingJobs + succeeded + failed + skipped + cancelled,
    oldestQueuedSeconds: Math.max(0, ...waiting.map((group) => group.oldestDueSeconds ?? 0)),
    throughputPerMinute: lately.inFiveMinutes / 5,
    limits: [
      {
        key: "global",
        inUse: sum(processing),
        capacity: limits.maxJobs,
        waiting: sum(waiting.filter((group) => group.waitingFor === "global_limit")),
      },
      ...[...owners].sort().map((owner) => ({
        key: `owner:${owner}`,
        inUse: sum(processing.filter((group) => group.ownerId === owner)),
        capacity: limits.maxJobsPerOwner,
        waiting: sum(waiting.filter((g) => g.waitingFor === "user_limit" && g.ownerId === owner)),
      })),
      ...models
        .filter((model) => model.maxConcurrency !== null)
        .map((model) => ({
          key: `model:${model.id}`,
          inUse: sum(processing.filter((group) => group.modelId === model.id)),
          capacity: model.maxConcurrency,
          waiting: sum(
            waiting.filter((g) => g.waitingFor === "model_limit" && g.modelId === model.id),
          ),
        })),
    ],
    paused,
    healthStatus: healthOf(
      waiting,
      lately,
      paused.some((pause) => pause.reason !== "manual"),
    ),
    lastCron: duties.cron,
    lastSweep: duties.sweep,
    liveStore: isInRedis ? "redis" : "postgres",
  };
}

function sum(groups: readonly { jobs: number }[]): number {
  return groups.reduce((total, { jobs }) => total + jobs, 0);
}

/**
 * `stalled`: a job is due for long with nothing to wait for but dispatch, and no call runs. While calls
 * run, the jobs of a backlog have nothing else to wait for whenever a place is free for a moment.
 */
function healthOf(
  waiting: readonly WaitingJobs[],
  lately: FinishedLately,
  isCircuitOpen: boolean,
): Health {
  const isStalled = waiting.some(
    ({ waitingFor, oldestDueSeconds }) =>
      waitingFor === "dispatch" && (oldestDueSeconds ?? 0) > STALLED_SECONDS,
  );
  if (isStalled && !lately.isMoving) return "stalled";
  const { succeededInHour, failedInHour } = lately;
  const isFailing = failedInHour > DEGRADED_SHARE * (succeededInHour + failedInHour);
  return isCircuitOpen || isFailing ? "degraded" : "healthy";
}
