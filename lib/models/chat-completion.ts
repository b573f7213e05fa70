import OpenAI, { APIConnectionTimeoutError, APIError } from "openai";
import { ANSWER_RESPONSE_FORMAT, SYSTEM_INSTRUCTIONS } from "@/lib/answers/instructions";
import type { Ask, CallableModel, CallOptions } from "./call";
import { cappedFetch } from "./capped-fetch";
import { classifyConnectionError, classifyHttpError } from "./classify";
import type { Endpoint } from "./endpoint";
import { failedOutcome } from "./failure";
import { type CallFacts, type CallSettings, type ModelOutcome, NO_USAGE } from "./outcome";
import { readProviderError } from "./provider-error";
import { outcomeOfReply } from "./reply";
import { requestIdOf } from "./request-id";

/**
 * Asks one question by one chat completion, once: the package's retries are off, for it would retry
 * unpayable errors, ignore long waits, and send no idempotency key. The timeout covers everything up
 * to the last byte of the body (see `cappedFetch`). May throw only what is a defect of ours.
 */
export async function chatCompletion(
  endpoint: Endpoint,
  model: CallableModel,
  ask: Ask,
  options: CallOptions,
): Promise<ModelOutcome> {
  const client = new OpenAI({
    apiKey: endpoint.apiKey,
    baseURL: endpoint.baseUrl,
    adminAPIKey: null,
    ...(endpoint.sendsOrganization ? {} : { organization: null, project: null }),
    maxRetries: 0,
    timeout: Math.max(1, Math.ceil(options.timeoutSeconds * 1_000)),
    fetch: cappedFetch(endpoint.secrets),
    // OPENAI_LOG=debug would write questions and answers to the console.
    logLevel: "off",
  });
  const settings = settingsOf(endpoint, model);
  const startedMs = performance.now();
  const latencyMs = () => Math.round(performance.now() - startedMs);
  try {
    // Not `chat.completions.create`: its types know only today's words for `reasoning_effort`. The raw
    // response, because the package's parsed one is typed as if providers kept their promises.
    const response = await client
      .post("/chat/completions", {
        body: {
          ...settings,
          messages: [
            { role: "system", content: SYSTEM_INSTRUCTIONS },
            { role: "user", content: ask.question },
          ],
          response_format: ANSWER_RESPONSE_FORMAT,
        },
        signal: options.signal,
      })
      .asResponse();
    const body = await response.text();
    const exchange = { response, body, latencyMs: latencyMs(), nowMs: nowOf(response.headers) };
    return outcomeOfReply(exchange, endpoint, model, {
      ...settings,
      response_format: "json_schema",
    });
  } catch (error) {
    if (options.signal.aborted) {
      return { kind: "aborted", mayHaveBeenPaid: true, latencyMs: latencyMs() };
    }
    if (error instanceof APIError) return outcomeOfApiError(error, endpoint, latencyMs());
    throw error;
  }
}

function settingsOf(endpoint: Endpoint, model: CallableModel): CallSettings {
  return {
    model: model.name,
    [endpoint.tokenLimit]: model.maxOutputTokens,
    ...(model.temperature === null ? {} : { temperature: model.temperature }),
    ...(model.reasoningEffort === null ? {} : { reasoning_effort: model.reasoningEffort }),
  };
}

function outcomeOfApiError(error: APIError, endpoint: Endpoint, latencyMs: number): ModelOutcome {
  const { status, headers, error: body } = error;
  const facts: CallFacts = {
    returnedModel: null,
    usage: NO_USAGE,
    costUsd: null,
    providerRequestId: headers === undefined ? null : requestIdOf(headers, null),
    httpStatus: status ?? null,
    latencyMs,
  };
  const detail = { providerLabel: endpoint.label, secrets: endpoint.secrets };
  if (status === undefined || headers === undefined) {
    const networkCode = networkCodeOf(error.cause);
    const timedOut = error instanceof APIConnectionTimeoutError;
    const verdict = classifyConnectionError(timedOut, networkCode);
    return failedOutcome(verdict, facts, { ...detail, words: [networkCode] });
  }
  const providerError = readProviderError(body);
  const verdict = classifyHttpError(status, headers, providerError, nowOf(headers));
  const words = [providerError.code, providerError.limitSource, providerError.param];
  return failedOutcome(verdict, facts, { ...detail, words });
}

/** The provider's clock where it tells it: a Retry-After that is a date was reckoned by that one. */
function nowOf(headers: Headers): number {
  const date = Date.parse(headers.get("date") ?? "");
  return Number.isNaN(date) ? Date.now() : date;
}

// fetch wraps the socket's error, and that may wrap those of each address that was tried.
function networkCodeOf(cause: unknown): string | null {
  for (let current = cause, depth = 0; current instanceof Error && depth < 5; depth++) {
    if ("code" in current && typeof current.code === "string") return current.code;
    current = current.cause;
  }
  return null;
}
