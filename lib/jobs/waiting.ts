import { WAITING_FOR, type WaitingFor } from "@/db/job-status";
import { countWaiting } from "@/db/queue-queries";
import { ownedBy, type Sight } from "@/lib/auth/caller";
import type { Environment } from "@/lib/env";
import { limitsOf } from "./limits";

/** Queued jobs by what they wait for, in the order in which that is asked; null: scheduled for later. */
export type Waiting = { waitingFor: WaitingFor | null; jobs: number };

/** Why the caller's queued jobs wait; what nothing waits for is left out. */
export async function readWaiting(sight: Sight, env: Environment): Promise<Waiting[]> {
  const groups = await countWaiting(limitsOf(env), ownedBy(sight).ownerId);
  return [...WAITING_FOR, null].flatMap((waitingFor) => {
    const same = groups.filter((group) => group.waitingFor === waitingFor);
    const jobs = same.reduce((sum, group) => sum + group.jobs, 0);
    return jobs > 0 ? [{ waitingFor, jobs }] : [];
  });
}
