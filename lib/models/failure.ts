import type { Verdict } from "./classify";
import { type CallFacts, type FailedOutcome, failureKind, type ProviderErrorCode } from "./outcome";
import { MARK, redact } from "./redact";

/** What the sentence about a failure may mention, besides its code and the HTTP status. */
export type FailureDetail = {
  /** "OpenAI", "OpenRouter". */
  providerLabel: string;
  /** Short words of ours or of the provider; only plain words of up to 64 characters are shown. */
  words?: readonly (string | null)[];
  /** A clause of ours: why a reply could not be read. */
  reason?: string;
  secrets: readonly string[];
};

const SENTENCES: Record<ProviderErrorCode, (provider: string) => string> = {
  network: (provider) => `The connection to ${provider} failed`,
  timeout: (provider) => `${provider} did not answer in time`,
  provider_unavailable: (provider) => `${provider} is unavailable for the moment`,
  rate_limited: (provider) => `${provider} limits the rate of calls`,
  quota_exhausted: (provider) => `The account at ${provider} has no credit or quota left`,
  provider_auth: (provider) => `${provider} does not accept our key, region or address`,
  invalid_request: (provider) => `${provider} turned the request down as invalid`,
  model_not_found: (provider) => `${provider} does not know this model, or not for this account`,
  refused: () => "The model or its provider refused to answer",
  truncated: () => "The answer was cut off at the limit of output tokens",
  malformed_response: (provider) => `${provider} sent something that is no valid answer`,
};

/** In: what happened and what is known of the call. Out: the failed outcome, its sentence redacted. */
export function failedOutcome(
  verdict: Verdict,
  facts: CallFacts,
  detail: FailureDetail,
): FailedOutcome {
  return {
    ...facts,
    kind: "failed",
    ...failureKind(verdict.errorCode),
    ...verdict,
    message: sentence(verdict.errorCode, facts.httpStatus, detail),
  };
}

// The provider's own text stays out: it can quote the key, the request, or a page of HTML.
function sentence(
  errorCode: ProviderErrorCode,
  httpStatus: number | null,
  detail: FailureDetail,
): string {
  const plain = (detail.words ?? []).filter(
    (word) => word !== null && (word === MARK || /^[\w.:-]{1,64}$/u.test(word)),
  );
  const facts = [...(httpStatus === null ? [] : [`HTTP ${httpStatus}`]), ...new Set(plain)];
  const reason = detail.reason === undefined ? "" : `: ${detail.reason}`;
  const aside = facts.length === 0 ? "" : ` (${facts.join(", ")})`;
  return redact(`${SENTENCES[errorCode](detail.providerLabel)}${reason}${aside}.`, detail.secrets);
}
