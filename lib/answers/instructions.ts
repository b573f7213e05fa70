import { z } from "zod";

/**
 * Version of everything below that shapes an answer (system text and schema). Raise it with any
 * change of wording: a trend line breaks there, because answers before and after are not comparable.
 */
export const INSTRUCTIONS_VERSION = 1;

/** Entities kept of one answer; more than this is a list, not a recommendation. */
export const MAX_ENTITIES = 10;

/**
 * System message of every call. The user message is the prompt's question, unchanged. The JSON shape
 * is described in words as well, for models behind OpenRouter whose host ignores `response_format`.
 */
export const SYSTEM_INSTRUCTIONS = [
  "Answer the user's question the way you would answer any person who asks you: naturally, in the language of the question, in at most about 150 words.",
  "Reply with one JSON object and nothing around it. It has two fields.",
  '"answer": your answer, as plain text.',
  `"entities": the names of the things your answer gives as answers to the question (products, companies, people, places, works, methods, or whatever the question is about), best first, 0 to ${MAX_ENTITIES} of them.`,
  "Write each name in its usual short form, without description, rank or price. If your answer names nothing, give an empty list.",
].join("\n");

/**
 * `response_format` of every call, in the subset that all strict implementations accept: every field
 * required and no additional ones. No `maxItems`: OpenAI's strict mode takes it, but Anthropic's
 * structured outputs (reached through OpenRouter) refuse size constraints, so the limit stands in the
 * description and `parseAnswer` enforces it.
 */
export const ANSWER_RESPONSE_FORMAT = {
  type: "json_schema" as const,
  json_schema: {
    name: "answer",
    strict: true,
    schema: {
      type: "object",
      properties: {
        answer: { type: "string", description: "The natural answer to the question." },
        entities: {
          type: "array",
          description: `Names the answer gives, best first, 0 to ${MAX_ENTITIES}.`,
          items: { type: "string" },
        },
      },
      required: ["answer", "entities"],
      additionalProperties: false,
    },
  },
};

/** The same shape for reading a reply. Lengths and counts are cut by `parseAnswer`, not refused. */
export const answerSchema = z.object({ answer: z.string(), entities: z.array(z.string()) });
