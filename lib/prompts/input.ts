import { z } from "zod";
import { FREQUENCIES } from "@/db/schema";
import { id, slug, text } from "@/lib/http/inputs";

export const MOST_MODELS = 100;

const fields = {
  slug,
  question: text(4_000),
  category: text(100).nullable(),
  tags: z.array(text(50)).max(20, { error: "must have at most 20 tags" }),
  frequency: z.enum(FREQUENCIES),
  runs: z
    .int({ error: "must be a whole number from 1 to 50" })
    .min(1, { error: "must be from 1 to 50" })
    .max(50, { error: "must be from 1 to 50" }),
  modelIds: z
    .array(id)
    .min(1, { error: "must name at least one model" })
    .max(MOST_MODELS, { error: `must name at most ${MOST_MODELS} models` })
    .refine((ids) => new Set(ids).size === ids.length, { error: "must not name a model twice" }),
  active: z.boolean(),
};

/** The body that creates a prompt, with the contract's defaults. */
export const newPrompt = z.strictObject({
  ...fields,
  category: fields.category.default(null),
  tags: fields.tags.default([]),
  frequency: fields.frequency.default("daily"),
  runs: fields.runs.default(1),
  active: fields.active.default(true),
});

/** The body that changes one: what isn't given stays. */
export const promptChange = z.strictObject(fields).partial();

/** The body that runs one now: what isn't given is the prompt's own. In one order, to be compared. */
export const runRequest = z
  .strictObject({ force: z.boolean(), modelIds: fields.modelIds, runs: fields.runs })
  .partial()
  .transform(({ force = false, modelIds, runs = null }) => ({
    force,
    modelIds: modelIds?.toSorted((a, b) => a - b) ?? null,
    runs,
  }));
