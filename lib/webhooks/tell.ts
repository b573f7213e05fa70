import {
  tellIfBatchEnded,
  tellOfEndedBatches,
  tellOfOpenCircuits,
  tellOfReachedBudget,
} from "@/db/webhook-events";
import type { Environment } from "@/lib/env";
import { log } from "@/lib/log";
import { deliverDue } from "./deliver";

/** Not a module variable: Next bundles this module with each route. A hint, never a state. */
const shared = globalThis as typeof globalThis & { canvassHasTold?: boolean };

/**
 * Writes down what the outcome of a process call brought about: the end of a batch, an open circuit.
 * Never throws: what is missed here, the next sweep tells.
 */
export function tellOfOutcome({ outcome, jobId }: { outcome: string; jobId: number }) {
  switch (outcome) {
    case "succeeded":
    case "failed":
    case "skipped":
      return told(tellIfBatchEnded(jobId));
    case "paused":
      return told(tellOfOpenCircuits());
    default:
      return Promise.resolve();
  }
}

/** Writes down, once a day, that the budget of a UTC day (2026-11-24) is used up. Never throws. */
export function tellOfBudget(day: string, budgetUsd: number): Promise<void> {
  return told(tellOfReachedBudget(day, budgetUsd));
}

/** A sweep's: writes down what nobody told of when it happened. Throws where it couldn't. */
export async function tellOfTheRest(): Promise<void> {
  await Promise.all([tellOfEndedBatches(), tellOfOpenCircuits()]);
}

/** Sends what this instance has just told of, if anything: costs nothing otherwise. Never throws. */
export async function deliverIfTold(env: Environment, deadlineMs: number): Promise<void> {
  if (!shared.canvassHasTold) return;
  shared.canvassHasTold = false;
  await deliverDue(env, { deadlineMs });
}

async function told(telling: Promise<number>): Promise<void> {
  try {
    if ((await telling) > 0) shared.canvassHasTold = true;
  } catch (error) {
    log.error({ err: error }, "what happened could not be told; the next sweep tries again");
  }
}
