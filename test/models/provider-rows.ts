import type { FailureClass, ProviderErrorCode } from "@/lib/models/outcome";
import { completion, type ScriptedReply } from "@/test/fake-provider";

/** One thing a provider does, and what shared/providers.md makes of it. */
export type ProviderRow = {
  what: string;
  script: ScriptedReply;
  errorCode: ProviderErrorCode;
  class: FailureClass;
  retryAfterMs?: number;
  mayHaveBeenPaid?: boolean;
};

const ok = JSON.stringify({ answer: "Yes.", entities: ["Sony"] });

function openAiError(
  status: number,
  code: string | null,
  type = "invalid_request_error",
  headers: Record<string, string> = {},
): ScriptedReply {
  const error = { message: "Something from the provider.", type, param: null, code };
  return { kind: "json", status, headers, body: { error } };
}

function openRouterError(
  status: number,
  metadata: object,
  message = "Something from OpenRouter.",
  headers: Record<string, string> = {},
): ScriptedReply {
  const body = { error: { code: status, message, metadata } };
  return { kind: "json", status, headers, body };
}

function choice(fields: object, message: object = { content: ok }): ScriptedReply {
  const choices = [{ index: 0, finish_reason: "stop", message, ...fields }];
  return { kind: "json", body: completion(ok, { choices }) };
}

const html = "<!doctype html><title>502 Bad Gateway</title>";

const transient: ProviderRow[] = [
  ...[409, 500, 502, 503, 504, 520, 521, 522, 523, 524, 525, 526, 527, 528, 529].map(
    (status): ProviderRow => ({
      what: `a ${status}`,
      script: openAiError(status, null),
      errorCode: "provider_unavailable",
      class: "transient",
    }),
  ),
  {
    what: "a 503 page of HTML with Retry-After",
    script: { kind: "text", status: 503, text: html, headers: { "retry-after": "90" } },
    errorCode: "provider_unavailable",
    class: "transient",
    retryAfterMs: 90_000,
  },
  {
    what: "a 500 that carries the rate-limit headers of every reply",
    script: openAiError(500, null, "server_error", { "x-ratelimit-reset-tokens": "6m0s" }),
    errorCode: "provider_unavailable",
    class: "transient",
  },
  {
    what: "server_is_overloaded on a 429",
    script: openAiError(429, "server_is_overloaded"),
    errorCode: "provider_unavailable",
    class: "transient",
  },
  {
    what: "a 408",
    script: openAiError(408, null),
    errorCode: "timeout",
    class: "transient",
    mayHaveBeenPaid: true,
  },
  {
    what: "a reset connection",
    script: { kind: "reset" },
    errorCode: "network",
    class: "transient",
    mayHaveBeenPaid: true,
  },
  {
    what: "half a body and a closed connection",
    script: { kind: "half" },
    errorCode: "network",
    class: "transient",
    mayHaveBeenPaid: true,
  },
];

const rateLimited: ProviderRow[] = [
  {
    what: "429 rate_limit_exceeded with several hints, the longest of which counts",
    script: openAiError(429, "rate_limit_exceeded", "requests", {
      "retry-after": "2",
      "retry-after-ms": "2500",
      "x-ratelimit-reset-requests": "12ms",
      "x-ratelimit-reset-tokens": "6m0s",
    }),
    errorCode: "rate_limited",
    class: "rate_limited",
    retryAfterMs: 360_000,
  },
  {
    what: "429 slow_down with a Retry-After of an hour",
    script: openAiError(429, "slow_down", "requests", { "retry-after": "3600" }),
    errorCode: "rate_limited",
    class: "rate_limited",
    retryAfterMs: 3_600_000,
  },
  {
    what: "a 429 whose code is a rate limit although its type says quota",
    script: openAiError(429, "rate_limit_exceeded", "insufficient_quota"),
    errorCode: "rate_limited",
    class: "rate_limited",
  },
  {
    what: "OpenRouter's 429 with retry_after_seconds in its metadata",
    script: openRouterError(429, { retry_after_seconds: 17 }, "x", {
      "retry-after": "3",
      "x-ratelimit-reset": "1893456000000",
    }),
    errorCode: "rate_limited",
    class: "rate_limited",
    retryAfterMs: 17_000,
  },
  {
    what: "OpenRouter's 402 for a full in-flight budget, with Retry-After",
    script: openRouterError(402, { limit_source: "openrouter_in_flight_budget" }, "x", {
      "retry-after": "5",
    }),
    errorCode: "rate_limited",
    class: "rate_limited",
    retryAfterMs: 5_000,
  },
];

const account: ProviderRow[] = [
  ...[
    "insufficient_quota",
    "credit_balance_exhausted",
    "organization_spend_limit_exceeded",
    "project_spend_limit_exceeded",
    "organization_usage_limit_exceeded",
  ].map(
    (code): ProviderRow => ({
      what: `429 ${code}`,
      script: openAiError(429, code, "insufficient_quota"),
      errorCode: "quota_exhausted",
      class: "account",
    }),
  ),
  {
    what: "429 credit_balance_exhausted of another type",
    script: openAiError(429, "credit_balance_exhausted", "billing_error"),
    errorCode: "quota_exhausted",
    class: "account",
  },
  {
    what: "a 429 of type insufficient_quota with no code",
    script: openAiError(429, null, "insufficient_quota"),
    errorCode: "quota_exhausted",
    class: "account",
  },
  {
    what: "a 402",
    script: openRouterError(402, { limit_source: "openrouter_credits" }),
    errorCode: "quota_exhausted",
    class: "account",
  },
  {
    what: "the in-flight 402 without Retry-After",
    script: openRouterError(402, { limit_source: "openrouter_in_flight_budget" }),
    errorCode: "quota_exhausted",
    class: "account",
  },
  {
    what: "OpenRouter's 403 for a spent budget",
    script: openRouterError(403, { limit_source: "openrouter_guardrail_budget" }),
    errorCode: "quota_exhausted",
    class: "account",
  },
  {
    what: "a 401",
    script: openAiError(401, "invalid_api_key"),
    errorCode: "provider_auth",
    class: "account",
  },
  {
    what: "a 403 for the region",
    script: openAiError(403, "unsupported_country_region_territory"),
    errorCode: "provider_auth",
    class: "account",
  },
  {
    what: "a 403 page of HTML",
    script: { kind: "text", status: 403, text: html },
    errorCode: "provider_auth",
    class: "account",
  },
];

const permanent: ProviderRow[] = [
  ...[400, 413, 422].map(
    (status): ProviderRow => ({
      what: `a ${status}`,
      script: openAiError(status, null),
      errorCode: "invalid_request",
      class: "permanent",
    }),
  ),
  {
    what: "context_length_exceeded",
    script: openAiError(400, "context_length_exceeded"),
    errorCode: "invalid_request",
    class: "permanent",
  },
  {
    what: "a 404 model",
    script: openAiError(404, "model_not_found"),
    errorCode: "model_not_found",
    class: "permanent",
  },
  {
    what: "a 403 for a model the project may not use",
    script: openAiError(403, "model_not_found"),
    errorCode: "model_not_found",
    class: "permanent",
  },
  {
    what: "OpenRouter's 400 for an unknown model",
    script: openRouterError(400, {}, "acme/nothing is not a valid model ID"),
    errorCode: "model_not_found",
    class: "permanent",
  },
  {
    what: "400 content_filter",
    script: openAiError(400, "content_filter"),
    errorCode: "refused",
    class: "permanent",
  },
  {
    what: "OpenRouter's 403 of moderation",
    script: openRouterError(403, { reasons: ["violence"], flagged_input: "…" }),
    errorCode: "refused",
    class: "permanent",
  },
  {
    what: "OpenRouter's 403 of a guardrail",
    script: openRouterError(403, { patterns: ["…"] }, "Request blocked: prompt injection"),
    errorCode: "refused",
    class: "permanent",
  },
  {
    what: "a refusal part",
    script: choice({}, { content: [{ type: "refusal", refusal: "I can't help with that." }] }),
    errorCode: "refused",
    class: "permanent",
    mayHaveBeenPaid: true,
  },
  {
    what: "a message.refusal",
    script: choice({}, { content: null, refusal: "I can't help with that." }),
    errorCode: "refused",
    class: "permanent",
    mayHaveBeenPaid: true,
  },
  {
    what: "finish_reason content_filter",
    script: choice({ finish_reason: "content_filter" }),
    errorCode: "refused",
    class: "permanent",
    mayHaveBeenPaid: true,
  },
  {
    what: "finish_reason length, even around valid JSON",
    script: choice({ finish_reason: "length" }),
    errorCode: "truncated",
    class: "permanent",
    mayHaveBeenPaid: true,
  },
  {
    what: "incomplete: max_output_tokens",
    script: {
      kind: "json",
      body: { status: "incomplete", incomplete_details: { reason: "max_output_tokens" } },
    },
    errorCode: "truncated",
    class: "permanent",
    mayHaveBeenPaid: true,
  },
];

const malformedScripts: [string, ScriptedReply][] = [
  ["a 200 with an error inside", { kind: "json", body: { error: { code: 502, message: "x" } } }],
  [
    "a 200 with an error beside a complete answer",
    { kind: "json", body: completion(ok, { error: { code: 502, message: "x" } }) },
  ],
  ["a 200 with an error inside the choice", choice({ error: { code: 502 } })],
  ["finish_reason error", choice({ finish_reason: "error" })],
  ["a 200 page of HTML", { kind: "text", text: html }],
  ["HTML that claims to be JSON", { kind: "text", contentType: "application/json", text: html }],
  ["an empty body", { kind: "text", contentType: "application/json", text: "" }],
  ["a body that is JSON but no object", { kind: "json", body: ["answer"] }],
  ["no choices", { kind: "json", body: completion(ok, { choices: [] }) }],
  ["empty content", choice({}, { content: "" })],
  ["null content", choice({}, { content: null })],
  ["no finish", choice({ finish_reason: null })],
  ["a tool call", choice({ finish_reason: "tool_calls" })],
  ["content that is prose", choice({}, { content: "Sony, I think." })],
  ["content that is half of its JSON", choice({}, { content: ok.slice(0, -4) })],
  ["JSON without entities", choice({}, { content: '{"answer":"Sony"}' })],
  ["entities that are no strings", choice({}, { content: '{"answer":"x","entities":[1]}' })],
  ["an empty answer", choice({}, { content: '{"answer":" ","entities":["Sony"]}' })],
];

const malformed = malformedScripts.map(
  ([what, script]): ProviderRow => ({
    what,
    script,
    errorCode: "malformed_response",
    class: "transient",
    mayHaveBeenPaid: true,
  }),
);

/** Every row of shared/providers.md that a reply can play; missing keys and timeouts are elsewhere. */
export const PROVIDER_ROWS: readonly ProviderRow[] = [
  ...transient,
  ...rateLimited,
  ...account,
  ...permanent,
  ...malformed,
];
