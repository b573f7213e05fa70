import { z } from "zod";
import { FREQUENCIES } from "@/db/schema";
import { id, slug, text } from "@/lib/http/inputs";

export const MOST_MODELS = 100;
export const MOST_RUNS = 50;

/** What a prompt is made of, as a body gives it. */
export const promptFields = {
  slug,
  question: text(4_000),
  category: text(100).nullable(),
  tags: z.array(text(50)).max(20, { error: "must have at most 20 tags" }),
  frequency: z.enum(FREQUENCIES),
  runs: z
    .int({ error: `must be a whole number from 1 to ${MOST_RUNS}` })
    .min(1, { error: `must be from 1 to ${MOST_RUNS}` })
    .max(MOST_RUNS, { error: `must be from 1 to ${MOST_RUNS}` }),
  modelIds: z
    .array(id)
    .min(1, { error: "must name at least one model" })
    .max(MOST_MODELS, { error: `must name at most ${MOST_MODELS} models` })
    .refine((ids) => new Set(ids).size === ids.length, { error: "must not name a model twice" }),
  active: z.boolean(),
};

/** The body that creates a prompt, with the contract's defaults. */
export const newPrompt = z.strictObject({
  ...promptFields,
  category: promptFields.category.default(null),
  tags: promptFields.tags.default([]),
  frequency: promptFields.frequency.default("daily"),
  runs: promptFields.runs.default(1),
  active: promptFields.active.default(true),
});

/** The body that changes one: what isn't given stays. */
export const promptChange = z.strictObject(promptFields).partial();

/** The body that runs one now: what isn't given is the prompt's own. In one order, to be compared. */
export const runRequest = z
  .strictObject({ force: z.boolean(), modelIds: promptFields.modelIds, runs: promptFields.runs })
  .partial()
  .transform(({ force = false, modelIds, runs = null }) => ({
    force,
    modelIds: modelIds?.toSorted((a, b) => a - b) ?? null,
    runs,
  }));
