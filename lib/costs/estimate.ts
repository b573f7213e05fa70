import type { z } from "zod";
import { estimateCalls } from "@/db/call-costs";
import type { Caller } from "@/lib/auth/caller";
import { modelNotFound, validationError } from "@/lib/errors";
import { MOST_RUNS } from "@/lib/prompts/input";
import { resolvePrompt } from "@/lib/prompts/prompts";
import type { estimateRequest } from "./input";
import { costsOf, planFor, precisionOf } from "./plan";

/** Over so many days the wanted precision is meant where nobody says: the default view's. */
const PLANNED_DAYS = 7;

/**
 * What asking costs and how sure it makes its shares, before anything is asked: of a prompt as it is
 * (`promptId`), with whatever else is given put in its place, or of one that doesn't exist yet. With
 * `points`, how many runs that precision takes. Models that are off aren't asked and don't count.
 * Throws PromptNotFoundError, ModelNotFoundError, ValidationError where there is nothing to go by.
 */
export async function estimate(request: z.output<typeof estimateRequest>, caller: Caller) {
  const { promptId, points, days = PLANNED_DAYS } = request;
  const prompt = promptId === undefined ? null : await resolvePrompt(promptId, caller);
  const question = request.question ?? prompt?.question;
  const modelIds = request.modelIds ?? prompt?.modelIds;
  if (question === undefined) throw missing("question");
  if (modelIds === undefined) throw missing("modelIds");
  const calls = await estimateCalls(question, modelIds, prompt?.id ?? null);
  const unknown = modelIds.find((id) => calls.every((call) => call.modelId !== id));
  if (unknown !== undefined) throw modelNotFound(unknown);
  const asked = calls.filter((call) => call.active);
  if (asked.length === 0) throw nothingIsOn();
  const schedule = {
    frequency: request.frequency ?? prompt?.frequency ?? "daily",
    runs: request.runs ?? prompt?.runs ?? 1,
    usdPerCall: asked.map((call) => call.costUsd),
  };
  return {
    jobsPerRound: schedule.runs * asked.length,
    ...costsOf(schedule),
    unpricedModelIds: asked.filter((call) => call.costUsd === null).map((call) => call.modelId),
    models: asked.map(({ modelId, costUsd, basis }) => ({
      modelId,
      costUsdPerCall: costUsd,
      basis,
    })),
    precision: precisionOf(schedule),
    plan: points === undefined ? null : planFor({ points, days }, schedule, MOST_RUNS),
  };
}

function missing(path: string) {
  return validationError([{ path, message: "is needed where no promptId is given" }]);
}

function nothingIsOn() {
  return validationError([{ path: "modelIds", message: "names no model that is switched on" }]);
}
