import { findModel } from "@/db/models";
import { listResponses, type ResponseFilter, type ResponseView } from "@/db/response-queries";
import type { Caller } from "@/lib/auth/caller";
import { modelNotFound } from "@/lib/errors";
import { type PromptRef, resolvePrompt } from "@/lib/prompts/prompts";

/**
 * A page of a prompt's stored answers, newest first, of one model or (null) all; a null in `days` is no
 * bound, and `only` narrows it further. Throws as `resolvePrompt` does, and ModelNotFoundError.
 */
export async function readResponses(
  ref: PromptRef,
  options: {
    days: { from: string | null; to: string | null };
    modelId: number | null;
    page: { limit: number; before: number | null };
    only?: ResponseFilter;
  },
  caller: Caller,
) {
  const { days, modelId, page, only = {} } = options;
  const { id: promptId } = await resolvePrompt(ref, caller);
  if (modelId !== null && !(await findModel(modelId))) throw modelNotFound(modelId);
  const oneMore = { limit: page.limit + 1, before: page.before };
  const found = await listResponses({ promptId, modelId }, days, oneMore, only);
  const shown = found.slice(0, page.limit);
  const last = shown.at(-1);
  return {
    responses: shown.map(describeResponse),
    nextCursor: found.length > page.limit && last ? String(last.id) : null,
  };
}

export type StoredResponse = ReturnType<typeof describeResponse>;

/** An answer as the contract shows it, and what it was an answer to. */
function describeResponse(response: ResponseView) {
  const { id, jobId, modelId, returnedModel, batchKey, runIndex, attempt, answeredAt } = response;
  const { outcome, answer, entities, inputTokens, cachedInputTokens, outputTokens } = response;
  const { costUsd, latencyMs, promptVersion, instructionsVersion, parserVersion } = response;
  const { settings, rawText } = response;
  return {
    ...{ responseId: id, jobId, modelId, returnedModel, batchKey, runIndex, attempt, answeredAt },
    ...{ outcome, answer, entities, inputTokens, cachedInputTokens, outputTokens },
    ...{ costUsd, latencyMs, promptVersion, instructionsVersion, parserVersion },
    ...{ settings, rawText },
  };
}
