import type { Ask, CallableModel, CallOptions, Credentials } from "@/lib/models/call";
import { callModel } from "@/lib/models/call-model";
import type { AnsweredOutcome, FailedOutcome, ModelOutcome } from "@/lib/models/outcome";

/** A model with prices of 2, 0.5 and 8 dollars; override what the test is about. */
export function callableModel(overrides: Partial<CallableModel> = {}): CallableModel {
  return {
    provider: "openai",
    name: "gpt-test",
    label: "",
    maxOutputTokens: 1_000,
    temperature: null,
    reasoningEffort: null,
    inputUsdPerMillion: 2,
    cachedInputUsdPerMillion: 0.5,
    outputUsdPerMillion: 8,
    ...overrides,
  };
}

export const ASK: Ask = {
  question: "Which headphones should I buy?",
  runIndex: 0,
  day: "2026-03-01",
  attempt: 1,
};

export const TEST_KEY = "sk-test-0123456789abcdef";

export function callWith(
  url: string,
  overrides: { model?: Partial<CallableModel>; options?: Partial<CallOptions> } = {},
): Promise<ModelOutcome> {
  return callModel(callableModel(overrides.model), ASK, {
    signal: new AbortController().signal,
    timeoutSeconds: 10,
    credentials: credentialsFor(url),
    ...overrides.options,
  });
}

export function credentialsFor(url: string): Credentials {
  return {
    openaiApiKey: TEST_KEY,
    openaiBaseUrl: url,
    openrouterApiKey: TEST_KEY,
    openrouterBaseUrl: url,
  };
}

export function asAnswered(outcome: ModelOutcome): AnsweredOutcome {
  if (outcome.kind !== "answered") throw new Error(`not answered: ${JSON.stringify(outcome)}`);
  return outcome;
}

export function asFailed(outcome: ModelOutcome): FailedOutcome {
  if (outcome.kind !== "failed") throw new Error(`not failed: ${JSON.stringify(outcome)}`);
  return outcome;
}
