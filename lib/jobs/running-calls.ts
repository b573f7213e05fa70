import { findHeldClaims } from "@/db/job-queries";
import type { Claim } from "@/db/job-transitions/claim";
import { log } from "@/lib/log";

/** Cancelled calls end within 2 s: each is looked at when it is 0.9 to 1.8 s old, and then again. */
const LOOK_MS = 900;

type RunningCall = { claim: Claim; controller: AbortController; startedMs: number };

/** Not module variables: Next bundles this module more than once, and each copy would look for itself. */
const shared = globalThis as typeof globalThis & {
  canvassRunningCalls?: {
    calls: Set<RunningCall>;
    timer: NodeJS.Timeout | undefined;
    isLooking: boolean;
  };
};
shared.canvassRunningCalls ??= { calls: new Set(), timer: undefined, isLooking: false };
const running = shared.canvassRunningCalls;

/**
 * Runs a model call whose signal fires as soon as its claim is no longer held: the job was cancelled,
 * or taken back and given to another worker, by whichever machine. One query a second asks for all of
 * this instance's calls that have run for more than a second; none is sent while there are none.
 */
export async function whileHeld<T>(
  claim: Claim,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const entry = { claim, controller: new AbortController(), startedMs: performance.now() };
  running.calls.add(entry);
  running.timer ??= setInterval(abortLostCalls, LOOK_MS);
  try {
    return await call(entry.controller.signal);
  } finally {
    running.calls.delete(entry);
    if (running.calls.size === 0) {
      clearInterval(running.timer);
      running.timer = undefined;
    }
  }
}

async function abortLostCalls(): Promise<void> {
  const nowMs = performance.now();
  const asked = [...running.calls].filter((call) => nowMs - call.startedMs >= LOOK_MS);
  if (asked.length === 0 || running.isLooking) return;
  running.isLooking = true;
  try {
    const held = new Set(await findHeldClaims(asked.map(({ claim }) => claim.jobId)));
    for (const { claim, controller } of asked) {
      if (!held.has(claim.claimToken)) controller.abort();
    }
  } catch (error) {
    log.warn({ err: error }, "could not ask whether running calls are still wanted");
  } finally {
    running.isLooking = false;
  }
}
