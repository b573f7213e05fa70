import { z } from "zod";

const text = z.string().nullish().catch(null);

const providerErrorSchema = z.object({
  code: z.union([z.string(), z.number()]).nullish().catch(null),
  type: text,
  param: text,
  message: text,
  metadata: z
    .object({
      error_type: text,
      limit_source: text,
      retry_after_seconds: z.coerce.number().nonnegative().nullish().catch(null),
      reasons: z.unknown().optional(),
      flagged_input: z.unknown().optional(),
      patterns: z.unknown().optional(),
    })
    .nullish()
    .catch(null),
});

/** The `error` object of OpenAI's or OpenRouter's reply, as far as we read it. */
export type ProviderError = {
  /**
   * The word for what happened: OpenAI's `error.code`; at OpenRouter, where that is the HTTP status
   * as a number, `error.metadata.error_type`.
   */
  code: string | null;
  type: string | null;
  param: string | null;
  message: string;
  limitSource: string | null;
  retryAfterSeconds: number | null;
  /** The metadata of OpenRouter's moderation (`flagged_input`) or guardrail (`patterns`) is there. */
  wasFlagged: boolean;
};

/** In: whatever stood under `error`, untrusted. Out: its readable parts; unknown shapes give nulls. */
export function readProviderError(error: unknown): ProviderError {
  const parsed = providerErrorSchema.safeParse(error);
  const { code, type, param, message, metadata } = parsed.success ? parsed.data : {};
  return {
    code: (typeof code === "string" ? code : null) ?? metadata?.error_type ?? null,
    type: type ?? null,
    param: param ?? null,
    message: message ?? (typeof error === "string" ? error : ""),
    limitSource: metadata?.limit_source ?? null,
    retryAfterSeconds: metadata?.retry_after_seconds ?? null,
    wasFlagged: [metadata?.reasons, metadata?.flagged_input, metadata?.patterns].some(
      (part) => part !== undefined && part !== null,
    ),
  };
}
