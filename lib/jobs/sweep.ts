import { foldCallCosts } from "@/db/call-costs";
import { isUnavailable } from "@/db/errors";
import { skipInactiveJobs } from "@/db/job-transitions/skip";
import { beginDuty, deleteOldModelClaims, deleteOldRunRequests } from "@/db/maintenance";
import { chooseProbes } from "@/db/pauses";
import { deleteOldEvents } from "@/db/webhook-deliveries";
import type { Environment } from "@/lib/env";
import { deleteJobStatuses } from "@/lib/live-store/job-status";
import { log } from "@/lib/log";
import { tellOfTheRest } from "@/lib/webhooks/tell";
import { pruneOldJobs } from "./prune";
import { rescueLostJobs } from "./rescue";

/** How often somebody sweeps where requests or a timer can start one: so often circuits are probed. */
export const PROBE_SECONDS = 60;

const SKIP_AT_MOST = 10_000;

/** How long webhooks' deliveries stay listed. */
const DELIVERY_DAYS = 30;

/** How many lost jobs were taken back, and old ones deleted. */
export type Swept = { rescued: number; pruned: number };

/**
 * Brings back what got lost: rescues, skips what was switched off, chooses a probe for each open
 * circuit, tells of what happened, prunes. Any number of sweeps may run at once. Each duty is on its
 * own: where one fails the others are done all the same, and then its error is thrown. What is due now
 * is `dispatch`'s to send, and `deliverDue`'s.
 */
export async function sweep(env: Environment): Promise<Swept> {
  // What these end may have been the last of a batch.
  const ending = {
    rescue: rescueLostJobs(),
    skip: skipInactiveJobs(SKIP_AT_MOST).then(deleteJobStatuses),
  };
  const duties = {
    ...ending,
    note: beginDuty("sweep"),
    tell: Promise.all(Object.values(ending)).catch(unlessAway).then(tellOfTheRest),
    probe: chooseProbes(PROBE_SECONDS),
    prune: pruneOldJobs(env.JOB_RETENTION_DAYS),
    forgetClaims: deleteOldModelClaims(),
    forgetRuns: deleteOldRunRequests(),
    foldCosts: foldCallCosts(),
    forgetEvents: deleteOldEvents(DELIVERY_DAYS, env.JOB_RETENTION_DAYS),
  };
  await Promise.allSettled(Object.values(duties));
  await Promise.all(Object.values(duties));
  const swept = { rescued: await duties.rescue, pruned: await duties.prune };
  if (swept.rescued + swept.pruned > 0) log.info(swept, "swept");
  return swept;
}

/** Passes over a failure that is a duty's own; where the database is away, nobody waits for it twice. */
function unlessAway(error: unknown): void {
  if (isUnavailable(error)) throw error;
}
