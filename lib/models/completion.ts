import { z } from "zod";
import { storableLine } from "@/lib/answers/untrusted-text";
import type { TokenUsage } from "./outcome";

const MAX_POSTGRES_INTEGER = 2_147_483_647;
const text = z.string().nullish().catch(null);
const count = z.int().nonnegative().max(MAX_POSTGRES_INTEGER).nullish().catch(null);
const usd = z.number().nonnegative().nullish().catch(null);

const part = z.object({ type: text, text, refusal: text });

const completionSchema = z.object({
  id: text,
  model: text,
  error: z.unknown().optional(),
  incomplete_details: z.object({ reason: text }).nullish().catch(null),
  choices: z
    .array(
      z.object({
        finish_reason: text,
        error: z.unknown().optional(),
        message: z
          .object({
            content: z
              .union([z.string(), z.array(part)])
              .nullish()
              .catch(null),
            refusal: text,
          })
          .nullish()
          .catch(null),
      }),
    )
    .nullish()
    .catch(null),
  usage: z
    .object({
      prompt_tokens: count,
      completion_tokens: count,
      prompt_tokens_details: z.object({ cached_tokens: count }).nullish().catch(null),
      cost: usd,
      is_byok: z.boolean().nullish().catch(null),
      cost_details: z.object({ upstream_inference_cost: usd }).nullish().catch(null),
    })
    .nullish()
    .catch(null),
});

/** A chat completion as far as we read it; every field may be missing, for bodies lie. */
export type Completion = {
  id: string | null;
  model: string | null;
  content: string;
  finishReason: string | null;
  /** There is a refusal part, or a `message.refusal`. */
  isRefusal: boolean;
  /** OpenRouter's error inside a 200, at the top or in the choice; undefined: none. */
  error: unknown;
  usage: TokenUsage;
  /** The provider's own figure, US dollars. */
  reportedUsd: number | null;
};

/** In: the text of a 2xx reply, untrusted. Out: what it says, or null where it is no JSON object. */
export function readCompletion(body: string): Completion | null {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return null;
  }
  const parsed = completionSchema.safeParse(json);
  if (!parsed.success) return null;
  const { data } = parsed;
  const choice = data.choices?.[0];
  const content = choice?.message?.content ?? "";
  const parts = typeof content === "string" ? [] : content;
  return {
    id: shortText(data.id),
    model: shortText(data.model),
    content:
      typeof content === "string" ? content : parts.map((piece) => piece.text ?? "").join(""),
    finishReason: choice?.finish_reason ?? incompleteAs(data.incomplete_details?.reason),
    isRefusal: Boolean(choice?.message?.refusal) || parts.some(isRefusalPart),
    error: data.error ?? choice?.error ?? undefined,
    usage: {
      inputTokens: data.usage?.prompt_tokens ?? null,
      cachedInputTokens: data.usage?.prompt_tokens_details?.cached_tokens ?? null,
      outputTokens: data.usage?.completion_tokens ?? null,
    },
    reportedUsd: reportedUsd(data.usage),
  };
}

// An OpenAI-compatible server in front of the Responses API says it in that API's words.
function incompleteAs(reason: string | null | undefined): string | null {
  if (reason === "max_output_tokens") return "length";
  return reason ?? null;
}

function isRefusalPart(piece: z.infer<typeof part>): boolean {
  return piece.type === "refusal" || Boolean(piece.refusal);
}

// With a key of one's own (BYOK) `cost` is only OpenRouter's fee, and the model's own price comes on
// top; otherwise `upstream_inference_cost` is a part of `cost`.
function reportedUsd(usage: z.infer<typeof completionSchema>["usage"]): number | null {
  const cost = usage?.cost ?? null;
  if (cost === null || usage?.is_byok !== true) return cost;
  const upstream = usage.cost_details?.upstream_inference_cost ?? null;
  return upstream === null ? null : cost + upstream;
}

function shortText(value: string | null | undefined): string | null {
  const short = storableLine(value ?? "", 200);
  return short === "" ? null : short;
}
