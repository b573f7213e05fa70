import type { Ask, CallableModel, CallOptions } from "./call";
import { failedOutcome } from "./failure";
import { callOpenAi } from "./openai";
import { callOpenRouter } from "./openrouter";
import { type ModelOutcome, NO_USAGE } from "./outcome";
import { callSimulated } from "./simulated";

/**
 * Asks one model one question, once, and says what came of it. Never throws: this is the boundary at
 * which every exception becomes a value. Retrying, waiting and recording are the caller's.
 */
export async function callModel(
  model: CallableModel,
  ask: Ask,
  options: CallOptions,
): Promise<ModelOutcome> {
  const startedMs = performance.now();
  if (options.signal.aborted) return { kind: "aborted", mayHaveBeenPaid: false, latencyMs: 0 };
  try {
    switch (model.provider) {
      case "openai":
        return await callOpenAi(model, ask, options);
      case "openrouter":
        return await callOpenRouter(model, ask, options);
      case "simulated":
        return await callSimulated(model, ask, options);
    }
  } catch (error) {
    return outcomeOfDefect(error, model, options, Math.round(performance.now() - startedMs));
  }
}

// Nothing above should throw. If it does, the message may quote anything, so only its type is told,
// and the two retries of a malformed reply keep a lasting defect from being paid for again and again.
function outcomeOfDefect(
  error: unknown,
  model: CallableModel,
  options: CallOptions,
  latencyMs: number,
): ModelOutcome {
  if (options.signal.aborted) return { kind: "aborted", mayHaveBeenPaid: true, latencyMs };
  return failedOutcome(
    { errorCode: "malformed_response", retryAfterMs: null, mayHaveBeenPaid: true },
    {
      returnedModel: null,
      usage: NO_USAGE,
      costUsd: null,
      providerRequestId: null,
      httpStatus: null,
      latencyMs,
    },
    {
      providerLabel: model.provider,
      reason: "the call ended in an unexpected error",
      words: [error instanceof Error ? error.name : null],
      secrets: [],
    },
  );
}
