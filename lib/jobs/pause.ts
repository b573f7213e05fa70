import { violatedConstraint } from "@/db/errors";
import { deletePauses, insertPause, listPauses, type PauseScope } from "@/db/pauses";
import { modelNotFound } from "@/lib/errors";

/** What is held back, as the contract shows it. */
export async function readPauses() {
  return (await listPauses()).map((pause) => ({
    ...(pause.provider === null ? {} : { provider: pause.provider }),
    ...(pause.modelId === null ? {} : { modelId: pause.modelId }),
    reason: pause.reason,
    since: pause.since,
    nextProbeAt: pause.nextProbeAt,
  }));
}

/** Queued jobs of the scope wait from now on; running ones go on. Throws ModelNotFoundError. */
export async function pause(scope: PauseScope) {
  try {
    await insertPause(scope);
  } catch (error) {
    if (violatedConstraint(error) !== "pauses_model_id_models_id_fk") throw error;
    throw modelNotFound(scope.modelId ?? 0);
  }
  return readPauses();
}

/** Ends the scope's pause and, for a provider, its open circuit; without scope, all of them. */
export async function resume(scope: PauseScope) {
  await deletePauses(scope);
  return readPauses();
}
