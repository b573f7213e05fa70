import { z } from "zod";
import { violatedConstraint } from "@/db/errors";
import { findModel, insertModel, listModels, updateModel } from "@/db/models";
import { type Model, PROVIDERS } from "@/db/schema";
import { ApiError, modelNotFound } from "@/lib/errors";
import { text } from "@/lib/http/inputs";

const count = (most: number) =>
  z
    .int({ error: `must be a whole number from 1 to ${most}` })
    .min(1, { error: `must be from 1 to ${most}` })
    .max(most, { error: `must be from 1 to ${most}` });

/** What is smaller is 0 to numeric(12,6), a price, and out of range to real, a temperature. */
const keepsItsValue = (n: number) => n === 0 || n >= 0.000001;

const usdPerMillion = z
  .number({ error: "must be a number of US dollars" })
  .min(0, { error: "must not be negative" })
  .max(999_999, { error: "must be at most 999999" })
  .refine(keepsItsValue, { error: "must be 0 or at least 0.000001" })
  .nullable();

const settings = {
  label: text(100, 0),
  active: z.boolean(),
  maxConcurrency: count(10_000).nullable(),
  requestsPerMinute: count(1_000_000).nullable(),
  inputUsdPerMillion: usdPerMillion,
  cachedInputUsdPerMillion: usdPerMillion,
  outputUsdPerMillion: usdPerMillion,
  maxOutputTokens: count(1_000_000),
  temperature: z
    .number({ error: "must be a number from 0 to 2" })
    .min(0, { error: "must be from 0 to 2" })
    .max(2, { error: "must be from 0 to 2" })
    .refine(keepsItsValue, { error: "must be 0 or at least 0.000001" })
    .nullable(),
  reasoningEffort: text(30).nullable(),
};

/** The body that changes a model: what isn't given stays. Another provider or name is another model. */
export const modelChange = z.strictObject(settings).partial();

/** The body that adds a model; what isn't given has the table's default. */
export const newModel = z.strictObject({
  provider: z.enum(PROVIDERS),
  name: text(200),
  ...modelChange.shape,
});

/** All models, oldest first. */
export async function readModels() {
  return (await listModels()).map(describeModel);
}

/** Throws ModelNotFoundError. */
export async function readModel(modelId: number) {
  const model = await findModel(modelId);
  if (!model) throw modelNotFound(modelId);
  return describeModel(model);
}

/** Throws ConflictError where the same provider, name and label exist. */
export async function createModel(input: z.output<typeof newModel>) {
  const model = await insertModel(input);
  if (!model) throw twin();
  return describeModel(model);
}

/** Throws ModelNotFoundError, or ConflictError where the new label makes it another's twin. */
export async function changeModel(modelId: number, change: z.output<typeof modelChange>) {
  try {
    const model = await updateModel(modelId, change);
    if (!model) throw modelNotFound(modelId);
    return describeModel(model);
  } catch (error) {
    if (violatedConstraint(error) === "models_provider_name_label_unique") throw twin();
    throw error;
  }
}

function twin(): ApiError {
  return new ApiError(
    "ConflictError",
    "There is a model of this provider, name and label already: give it another label",
  );
}

/** A model as the contract shows it. */
function describeModel(model: Model) {
  const { id, provider, name, label, active, maxConcurrency, requestsPerMinute } = model;
  const { inputUsdPerMillion, cachedInputUsdPerMillion, outputUsdPerMillion } = model;
  const { maxOutputTokens, temperature, reasoningEffort } = model;
  return {
    ...{ id, provider, name, label, active, maxConcurrency, requestsPerMinute },
    ...{ inputUsdPerMillion, cachedInputUsdPerMillion, outputUsdPerMillion },
    ...{ maxOutputTokens, temperature, reasoningEffort },
  };
}
