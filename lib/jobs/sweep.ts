import { foldCallCosts } from "@/db/call-costs";
import { skipInactiveJobs } from "@/db/job-transitions/skip";
import { beginDuty, deleteOldModelClaims, deleteOldRunRequests } from "@/db/maintenance";
import { chooseProbes } from "@/db/pauses";
import type { Environment } from "@/lib/env";
import { deleteJobStatuses } from "@/lib/live-store/job-status";
import { log } from "@/lib/log";
import { pruneOldJobs } from "./prune";
import { rescueLostJobs } from "./rescue";

/** How often somebody sweeps where requests or a timer can start one: so often circuits are probed. */
export const PROBE_SECONDS = 60;

const SKIP_AT_MOST = 10_000;

/** How many lost jobs were taken back, and old ones deleted. */
export type Swept = { rescued: number; pruned: number };

/**
 * Brings back what got lost: rescues, skips what was switched off, chooses a probe for each open
 * circuit, prunes. Any number of sweeps may run at once. Each duty is on its own: where one fails the
 * others are done all the same, and then its error is thrown. What is due now is `dispatch`'s to send.
 */
export async function sweep(env: Environment): Promise<Swept> {
  const duties = {
    note: beginDuty("sweep"),
    rescue: rescueLostJobs(),
    skip: skipInactiveJobs(SKIP_AT_MOST).then(deleteJobStatuses),
    probe: chooseProbes(PROBE_SECONDS),
    prune: pruneOldJobs(env.JOB_RETENTION_DAYS),
    forgetClaims: deleteOldModelClaims(),
    forgetRuns: deleteOldRunRequests(),
    foldCosts: foldCallCosts(),
  };
  await Promise.allSettled(Object.values(duties));
  await Promise.all(Object.values(duties));
  const swept = { rescued: await duties.rescue, pruned: await duties.prune };
  if (swept.rescued + swept.pruned > 0) log.info(swept, "swept");
  return swept;
}
