import { readFile } from "node:fs/promises";
import { parse } from "csv-parse/sync";
import { z } from "zod";
import {
  askAlso,
  type SampleModel,
  type SamplePrompt,
  seedModels,
  seedPrompts,
  switchOffRealModels,
} from "@/db/seed";

const free = { inputUsdPerMillion: 0, cachedInputUsdPerMillion: 0, outputUsdPerMillion: 0 };

const SIMULATED_MODELS: readonly SampleModel[] = [
  { provider: "simulated", name: "simulated-atlas", ...free },
  { provider: "simulated", name: "simulated-birch", ...free },
  { provider: "simulated", name: "simulated-comet", ...free },
  { provider: "simulated", name: "simulated-delta", ...free },
];

/** Small models of the providers, with their list prices of late 2025; change them at /api/models. */
const REAL_MODELS: readonly SampleModel[] = [
  {
    provider: "openai",
    name: "gpt-5-mini",
    reasoningEffort: "minimal",
    inputUsdPerMillion: 0.25,
    cachedInputUsdPerMillion: 0.025,
    outputUsdPerMillion: 2,
  },
  {
    provider: "openai",
    name: "gpt-4.1-mini",
    inputUsdPerMillion: 0.4,
    cachedInputUsdPerMillion: 0.1,
    outputUsdPerMillion: 1.6,
  },
  {
    provider: "openrouter",
    name: "anthropic/claude-haiku-4.5",
    inputUsdPerMillion: 1,
    cachedInputUsdPerMillion: 0.1,
    outputUsdPerMillion: 5,
  },
  {
    provider: "openrouter",
    name: "google/gemini-2.5-flash",
    inputUsdPerMillion: 0.3,
    cachedInputUsdPerMillion: 0.03,
    outputUsdPerMillion: 2.5,
  },
];

const list = z.string().transform((cell) => cell.split(";").filter((part) => part !== ""));

const sampleRow = z.object({
  slug: z.string(),
  question: z.string(),
  category: z.string(),
  tags: list,
  frequency: z.string(),
  runs: z.coerce.number().int(),
  models: list,
});

/** The sample questions of db/seed/prompts.csv. */
export async function samplePrompts(): Promise<SamplePrompt[]> {
  const rows: unknown = parse(await readFile("db/seed/prompts.csv"), { columns: true });
  return z.array(sampleRow).parse(rows);
}

/** Adds the simulated models and the sample questions where they aren't yet. Returns the questions added. */
export async function seedSamples(): Promise<number> {
  await seedModels(SIMULATED_MODELS);
  return seedPrompts(await samplePrompts());
}

/** The sample models of those providers whose key is set. */
export function realModelsWithKey(env: Record<string, string | undefined>): SampleModel[] {
  return REAL_MODELS.filter((model) =>
    model.provider === "openai" ? env.OPENAI_API_KEY : env.OPENROUTER_API_KEY,
  );
}

/**
 * Asks the sample questions of these models too; of no others that cost money. Returns how many real
 * models it switched off.
 */
export async function askRealModels(models: readonly SampleModel[]): Promise<number> {
  const switchedOff = await switchOffRealModels();
  if (models.length > 0) {
    await seedModels(models);
    await askAlso(models);
  }
  return switchedOff;
}
