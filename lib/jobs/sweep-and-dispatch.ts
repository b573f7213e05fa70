import { beginDuty } from "@/db/maintenance";
import type { Environment } from "@/lib/env";
import { log } from "@/lib/log";
import { deliverDue } from "@/lib/webhooks/deliver";
import { dispatchInTurn } from "./dispatch-in-turn";
import { PROBE_SECONDS, sweep } from "./sweep";

/** What a route lasts at most where it doesn't say otherwise. */
const PLATFORM_LIMIT_MS = 60_000;

/** With less than this left there is no time to send out what a sweep brings back: `dispatch` keeps 5 s. */
const LEAST_LEFT_MS = 6_000;

/** Sweeps, and sends out what is due, jobs and webhooks, until the deadline, also where the sweep failed. Never throws. */
export async function sweepAndDispatch(env: Environment, deadlineMs: number): Promise<void> {
  try {
    await sweep(env);
  } catch (error) {
    log.error({ err: error }, "a sweep failed; the next one tries again");
  }
  // Side by side: a receiver that hangs keeps no job waiting.
  await Promise.all([dispatchInTurn(env, { deadlineMs }), deliverDue(env, { deadlineMs })]);
}

/** Not a module variable: Next bundles this module with each route, and each copy would ask. */
const shared = globalThis as typeof globalThis & { canvassSweepAskedMs?: number };

/**
 * Sweeps if nobody did for a minute, so that a lost job doesn't wait for the next daily cron where
 * there is traffic. One guarded row decides among all instances, and each asks at most once a minute.
 * Never throws.
 */
export async function sweepIfStale(env: Environment, startedAtMs: number): Promise<void> {
  const endsAtMs = startedAtMs + PLATFORM_LIMIT_MS;
  if (Date.now() > endsAtMs - LEAST_LEFT_MS) return;
  const nowMs = performance.now();
  const lastMs = shared.canvassSweepAskedMs ?? Number.NEGATIVE_INFINITY;
  if (nowMs - lastMs < PROBE_SECONDS * 1000) return;
  shared.canvassSweepAskedMs = nowMs;
  try {
    if (!(await beginDuty("sweep", PROBE_SECONDS))) return;
  } catch (error) {
    log.error({ err: error }, "could not tell when the last sweep was");
    return;
  }
  await sweepAndDispatch(env, endsAtMs);
}
