import { MAX_RAW_TEXT_CHARS, parseAnswer } from "@/lib/answers/parse";
import { storableText } from "@/lib/answers/untrusted-text";
import type { CallableModel } from "./call";
import { isRefusal } from "./classify";
import { type Completion, readCompletion } from "./completion";
import { costOfCall } from "./cost";
import type { Endpoint } from "./endpoint";
import { failedOutcome } from "./failure";
import {
  type CallFacts,
  type CallSettings,
  type ModelOutcome,
  NO_USAGE,
  type ProviderErrorCode,
} from "./outcome";
import { readProviderError } from "./provider-error";
import { requestIdOf } from "./request-id";
import { explicitWaitMs } from "./retry-after";

/** A reply with a 2xx status, whole. */
export type Exchange = { response: Response; body: string; latencyMs: number; nowMs: number };

type Defect = { errorCode: ProviderErrorCode; reason?: string; words?: readonly (string | null)[] };

/**
 * What a 2xx reply is worth: an answer, or one of the failures that hide behind a 200 (an error
 * inside, a refusal, a cut answer, HTML, nothing). Never throws for anything the body may hold.
 */
export function outcomeOfReply(
  exchange: Exchange,
  endpoint: Endpoint,
  model: CallableModel,
  settings: CallSettings,
): ModelOutcome {
  const { response, body, latencyMs, nowMs } = exchange;
  const completion = readCompletion(body);
  const facts: CallFacts = {
    returnedModel: completion?.model ?? null,
    usage: completion?.usage ?? NO_USAGE,
    costUsd:
      completion === null ? null : costOfCall(completion.reportedUsd, completion.usage, model),
    providerRequestId: requestIdOf(response.headers, completion?.id ?? null),
    httpStatus: response.status,
    latencyMs,
  };
  const fail = ({ errorCode, ...detail }: Defect): ModelOutcome =>
    failedOutcome(
      {
        errorCode,
        retryAfterMs: explicitWaitMs(response.headers, null, nowMs),
        mayHaveBeenPaid: true,
      },
      facts,
      { providerLabel: endpoint.label, secrets: endpoint.secrets, ...detail },
    );

  if (completion === null) {
    return fail({ errorCode: "malformed_response", reason: "the reply is no JSON object" });
  }
  const defect = defectOf(completion);
  if (defect !== null) return fail(defect);
  const parsed = parseAnswer(completion.content);
  if (parsed.kind === "malformed") {
    return fail({ errorCode: "malformed_response", reason: parsed.reason });
  }
  return {
    ...facts,
    kind: "answered",
    rawText: storableText(completion.content, MAX_RAW_TEXT_CHARS),
    answer: parsed.answer,
    entities: parsed.entities,
    settings,
  };
}

function defectOf(completion: Completion): Defect | null {
  const { error, finishReason } = completion;
  if (error !== undefined) {
    const providerError = readProviderError(error);
    if (isRefusal(providerError)) return { errorCode: "refused", words: [providerError.code] };
    const reason = "there is an error inside the reply";
    return { errorCode: "malformed_response", reason, words: [providerError.code] };
  }
  if (completion.isRefusal || finishReason === "content_filter") return { errorCode: "refused" };
  if (finishReason === "length") return { errorCode: "truncated" };
  if (finishReason !== "stop") {
    const reason = "the answer has no regular end";
    return { errorCode: "malformed_response", reason, words: [finishReason] };
  }
  return null;
}
