import { listModels } from "@/db/models";
import { countWaiting } from "@/db/queue-queries";
import { ownedBy, type Sight } from "@/lib/auth/caller";
import type { Environment } from "@/lib/env";
import { limitsOf } from "./limits";

/** How many of the caller's queued jobs a pause or an open circuit holds back, by provider. */
export async function countHeldJobs(
  sight: Sight,
  env: Environment,
): Promise<ReadonlyMap<string, number>> {
  const [waiting, models] = await Promise.all([
    countWaiting(limitsOf(env), ownedBy(sight).ownerId),
    listModels(),
  ]);
  const providers = new Map(models.map(({ id, provider }) => [id, provider]));
  const held = new Map<string, number>();
  for (const { modelId, waitingFor, jobs } of waiting) {
    const provider = providers.get(modelId);
    if (waitingFor !== "paused" || provider === undefined) continue;
    held.set(provider, (held.get(provider) ?? 0) + jobs);
  }
  return held;
}
