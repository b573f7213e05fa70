import { hasJobsDueWithin, takeDueJobs, untakeJobs } from "@/db/job-transitions/take";
import type { Environment } from "@/lib/env";
import { log } from "@/lib/log";
import { limitsOf } from "./limits";
import { RECORD_WITHIN_MS } from "./process";
import { type Sent, sendJob } from "./send-job";
import { isStopping } from "./stopping";

/** How often a loop with nothing to send looks for what has become due or free. */
const LOOK_AGAIN_MS = 500;

/** The pause after a job that wasn't accepted: doubled each time, back to none by the next success. */
const PAUSE_MS = { first: 1_000, most: 30_000 };

/** Kept at the end of an invocation for what is in flight to be answered. */
const MARGIN_MS = 5_000;

export type DispatchOptions = {
  /** When the invocation that runs this loop is ended by its platform, milliseconds since 1970. */
  deadlineMs: number;
  /** Jobs that were taken already, to be sent first. */
  taken?: readonly number[];
  /** True where somebody enqueued since this was last asked: the loop looks again before it ends. */
  wasWoken?: () => boolean;
  /** Called once it takes nothing more; what is in flight then still goes on. */
  takesNoMore?: () => void;
  /** Sends one job; the app's own HTTP route but in tests. */
  send?: (jobId: number, env: Environment, timeoutMs: number) => Promise<Sent>;
};

/**
 * Sends out due jobs, one process invocation each, MAX_CONCURRENT_JOBS at a time, and refills as they
 * finish, until nothing is due before the deadline. Any number of loops may run at once: they share
 * the work. What isn't accepted stays queued and is sent again later. Ends early where the process was
 * asked to stop. Returns how many were accepted.
 * Never throws: what it leaves behind, the next loop takes.
 */
export async function dispatch(env: Environment, options: DispatchOptions): Promise<number> {
  const send = options.send ?? sendJob;
  const lastTakeMs = options.deadlineMs - MARGIN_MS;
  const inFlight = new Set<Promise<void>>();
  let finished = Promise.withResolvers<void>();
  let next = options.taken ?? [];
  let accepted = 0;
  let pauseMs = 0;
  let pausedUntilMs = 0;

  const deliver = async (jobId: number): Promise<void> => {
    const waitMs = Math.min(options.deadlineMs - Date.now(), longestRunMs(env));
    const sent = await send(jobId, env, Math.max(1, waitMs));
    switch (sent.outcome) {
      case "accepted":
        accepted += 1;
        pauseMs = 0;
        pausedUntilMs = 0;
        break;
      case "must_wait":
        await untakeJobs([jobId]);
        pausedUntilMs = Math.max(pausedUntilMs, Date.now() + LOOK_AGAIN_MS);
        break;
      case "refused":
        // Of many that are refused at once, only the first one makes the pause longer.
        if (Date.now() < pausedUntilMs) break;
        if (pauseMs === 0) log.warn({ reason: sent.reason, jobId }, "process did not accept a job");
        pauseMs = Math.min(Math.max(PAUSE_MS.first, pauseMs * 2), PAUSE_MS.most);
        pausedUntilMs = Date.now() + pauseMs;
        break;
      case "unknown":
        break;
    }
  };

  while (Date.now() < lastTakeMs && !isStopping()) {
    try {
      const free = env.MAX_CONCURRENT_JOBS - inFlight.size;
      if (next.length === 0 && free > 0 && Date.now() >= pausedUntilMs) {
        next = await takeDueJobs(free, limitsOf(env));
      }
      const taken = next.slice(0, Math.max(free, 0));
      next = next.slice(taken.length);
      for (const jobId of taken) {
        const delivery: Promise<void> = deliver(jobId)
          .catch((error: unknown) =>
            log.error({ err: error, jobId }, "dispatch: a delivery failed"),
          )
          .finally(() => {
            inFlight.delete(delivery);
            finished.resolve();
          });
        inFlight.add(delivery);
      }
      if (taken.length === free) {
        await finished.promise;
      } else {
        const isIdle = inFlight.size === 0 && !(await hasJobsDueWithin(lastTakeMs - Date.now()));
        if (isIdle && !options.wasWoken?.()) break;
        await Promise.race([finished.promise, sleep(LOOK_AGAIN_MS)]);
      }
      finished = Promise.withResolvers();
    } catch (error) {
      log.error({ err: error }, "dispatch: the database did not serve");
      await sleep(PAUSE_MS.first);
    }
  }
  options.takesNoMore?.();
  await Promise.all(inFlight);
  return accepted;
}

/** What a process call takes at most: the model's call, and recording it while the database is away. */
function longestRunMs(env: Environment): number {
  return env.MODEL_TIMEOUT_SECONDS * 1000 + RECORD_WITHIN_MS + 30_000;
}

/** Takes a first window of due jobs, to be handed to `dispatch`: how many there are is known at once. */
export function takeDue(env: Environment): Promise<number[]> {
  return takeDueJobs(env.MAX_CONCURRENT_JOBS, limitsOf(env));
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
