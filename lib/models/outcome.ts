/** What the caller should do about a failure; the rows of shared/providers.md grouped. */
export type FailureClass = "transient" | "rate_limited" | "account" | "permanent";

/** Every error code a call can end with. */
export const PROVIDER_ERROR_CODES = [
  "network",
  "timeout",
  "provider_unavailable",
  "rate_limited",
  "quota_exhausted",
  "provider_auth",
  "invalid_request",
  "model_not_found",
  "refused",
  "truncated",
  "malformed_response",
] as const;

export type ProviderErrorCode = (typeof PROVIDER_ERROR_CODES)[number];

type FailureKind = { class: FailureClass; maxRetries: number | null };

/**
 * What follows from each code. `maxRetries`: how often a job may be retried after this code at most,
 * whatever attempts it has left; null leaves that to the attempts.
 */
const FAILURE_KINDS: Readonly<Record<ProviderErrorCode, FailureKind>> = {
  network: { class: "transient", maxRetries: null },
  timeout: { class: "transient", maxRetries: null },
  provider_unavailable: { class: "transient", maxRetries: null },
  rate_limited: { class: "rate_limited", maxRetries: null },
  quota_exhausted: { class: "account", maxRetries: null },
  provider_auth: { class: "account", maxRetries: null },
  invalid_request: { class: "permanent", maxRetries: 0 },
  model_not_found: { class: "permanent", maxRetries: 0 },
  refused: { class: "permanent", maxRetries: 0 },
  truncated: { class: "permanent", maxRetries: 0 },
  malformed_response: { class: "transient", maxRetries: 2 },
};

/** In: an error code. Out: its class and the limit of retries that is its own. */
export function failureKind(errorCode: ProviderErrorCode): FailureKind {
  return FAILURE_KINDS[errorCode];
}

/** Token counts as the provider reported them; null where it said nothing (usable). */
export type TokenUsage = {
  inputTokens: number | null;
  /** Part of `inputTokens`, not on top of them. */
  cachedInputTokens: number | null;
  outputTokens: number | null;
};

export const NO_USAGE: TokenUsage = {
  inputTokens: null,
  cachedInputTokens: null,
  outputTokens: null,
};

/** What was sent besides the texts: changes of these break a trend line. */
export type CallSettings = { readonly [name: string]: string | number | boolean };

/** What any exchange with a provider left behind, whatever came of it. */
export type CallFacts = {
  returnedModel: string | null;
  usage: TokenUsage;
  /** US dollars; null is unknown, never 0. */
  costUsd: number | null;
  providerRequestId: string | null;
  /** null: no HTTP reply arrived, or none was needed. */
  httpStatus: number | null;
  latencyMs: number;
};

export type AnsweredOutcome = CallFacts & {
  kind: "answered";
  rawText: string;
  answer: string;
  entities: string[];
  settings: CallSettings;
};

export type FailedOutcome = CallFacts & {
  kind: "failed";
  class: FailureClass;
  errorCode: ProviderErrorCode;
  /** See FAILURE_KINDS: null, or the most retries this failure allows. */
  maxRetries: number | null;
  /** One sentence of ours, at most 300 characters: no key, no provider text. */
  message: string;
  /** Milliseconds the provider asked us to wait, uncapped; null: it asked for nothing. */
  retryAfterMs: number | null;
  /** The provider may charge for this call although no answer of it is kept. */
  mayHaveBeenPaid: boolean;
};

/** The caller's signal fired. Nothing of the call is kept, though it may have been paid for. */
type AbortedOutcome = { kind: "aborted"; mayHaveBeenPaid: boolean; latencyMs: number };

export type ModelOutcome = AnsweredOutcome | FailedOutcome | AbortedOutcome;
