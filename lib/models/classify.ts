import type { ProviderErrorCode } from "./outcome";
import type { ProviderError } from "./provider-error";
import { explicitWaitMs, rateLimitWaitMs } from "./retry-after";

/** What one reply or one broken connection means; `failure.ts` makes an outcome of it. */
export type Verdict = {
  errorCode: ProviderErrorCode;
  retryAfterMs: number | null;
  mayHaveBeenPaid: boolean;
};

/**
 * OpenAI's billing codes, which share the type `insufficient_quota`, and their predecessors.
 * Source: developers.openai.com/api/docs/guides/error-codes; OpenRouter's `payment_required`.
 */
const QUOTA_CODES = new Set([
  "insufficient_quota",
  "credit_balance_exhausted",
  "organization_spend_limit_exceeded",
  "project_spend_limit_exceeded",
  "organization_usage_limit_exceeded",
  "billing_hard_limit_reached",
  "billing_not_active",
  "payment_required",
]);
const RATE_LIMIT_CODES = new Set(["rate_limit_exceeded", "slow_down"]);
const REFUSED_CODES = new Set([
  "content_filter",
  "content_policy_violation",
  "moderation_blocked",
  "refusal",
]);

/** The code says that the content was turned away, whatever the status around it (200 too). */
export function isRefusal(error: ProviderError): boolean {
  return error.code !== null && REFUSED_CODES.has(error.code);
}

/**
 * A reply with another status than 2xx: the table of shared/providers.md, row by row. In: status,
 * headers, the `error` of the body, and now in epoch ms. What the code says goes before the status.
 */
export function classifyHttpError(
  status: number,
  headers: Headers,
  error: ProviderError,
  nowMs: number,
): Verdict {
  const errorCode = errorCodeOf(status, headers, error, nowMs);
  return {
    errorCode,
    retryAfterMs:
      errorCode === "rate_limited"
        ? rateLimitWaitMs(headers, error.retryAfterSeconds, nowMs)
        : explicitWaitMs(headers, error.retryAfterSeconds, nowMs),
    mayHaveBeenPaid: MODEL_MAY_HAVE_RUN.has(status),
  };
}

// A gateway that lost or waited in vain for the model: the model may have run, and be charged for.
const MODEL_MAY_HAVE_RUN = new Set([408, 502, 504, 520, 524]);

function errorCodeOf(
  status: number,
  headers: Headers,
  error: ProviderError,
  nowMs: number,
): ProviderErrorCode {
  const { code } = error;
  if (code === "server_is_overloaded") return "provider_unavailable";
  if (code !== null && RATE_LIMIT_CODES.has(code)) return "rate_limited";
  if (status === 402) return paymentRequired(headers, error, nowMs);
  if (code !== null && QUOTA_CODES.has(code)) return "quota_exhausted";
  if (isRefusal(error)) return "refused";
  if (code === "model_not_found") return "model_not_found";
  if (code === "max_tokens_exceeded") return "truncated";

  if (status === 401) return "provider_auth";
  if (status === 403) return forbidden(error);
  if (status === 404) return "model_not_found";
  if (status === 408) return "timeout";
  // The type is read only where the code says nothing we know: see the note in providers.md.
  if (status === 429) {
    return error.type === "insufficient_quota" ? "quota_exhausted" : "rate_limited";
  }
  if (status === 409 || status >= 500) return "provider_unavailable";
  if (status === 400) return badRequest(error);
  if (status > 400) return "invalid_request";
  // A redirect (never followed) or another reply that no chat completion gives.
  return "malformed_response";
}

// OpenRouter holds the estimate of each running request against the balance and answers 402 while
// that is full; with a Retry-After this passes by itself (openrouter.ai/docs/api_reference/limits).
function paymentRequired(headers: Headers, error: ProviderError, nowMs: number): ProviderErrorCode {
  const passes = explicitWaitMs(headers, error.retryAfterSeconds, nowMs) !== null;
  return error.limitSource === "openrouter_in_flight_budget" && passes
    ? "rate_limited"
    : "quota_exhausted";
}

function forbidden(error: ProviderError): ProviderErrorCode {
  // A budget of OpenRouter's guardrail, workspace or key is spent: money, not content. 403 as well.
  if (error.limitSource?.startsWith("openrouter_")) return "quota_exhausted";
  const blocked = /request blocked|moderation|guardrail|flagged|content polic/iu;
  return error.wasFlagged || blocked.test(error.message) ? "refused" : "provider_auth";
}

function badRequest(error: ProviderError): ProviderErrorCode {
  // OpenAI's reasoning models refuse a prompt this way; OpenRouter's word for a bad message is equal.
  if (error.code === "invalid_prompt" && /flagged|polic/iu.test(error.message)) return "refused";
  // OpenRouter answers 400, not 404, to an unknown model, and has no code for it.
  return /is not a valid model/iu.test(error.message) ? "model_not_found" : "invalid_request";
}

// Where the connection never came to be, nothing was sent, so nothing can be charged.
const NEVER_SENT =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|CERT_\w+|ERR_TLS_\w+|DEPTH_ZERO_\w+|SELF_SIGNED_\w+|UNABLE_TO_\w+)$/u;

/** No HTTP reply. In: whether a timeout ended it, and Node's error code where there is one. */
export function classifyConnectionError(timedOut: boolean, networkCode: string | null): Verdict {
  return {
    errorCode: timedOut ? "timeout" : "network",
    retryAfterMs: null,
    mayHaveBeenPaid: networkCode === null || !NEVER_SENT.test(networkCode),
  };
}
