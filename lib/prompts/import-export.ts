import { listModels } from "@/db/models";
import { importPrompts as store } from "@/db/prompt-import";
import { listPromptsOf } from "@/db/prompts";
import { tryAgainIfRolledBack, WHILE_A_CALLER_WAITS_MS } from "@/db/retry";
import { readPromptFile, writePromptFile } from "./csv-file";
import { modelNames } from "./model-names";

/**
 * In: a CSV file. Makes its prompts for the owner, or changes its own of the same slug; all or none.
 * Returns how many of each. Throws ValidationError, which names each bad row by its line.
 */
export async function importPrompts(
  csv: string,
  ownerId: string | null,
): Promise<{ created: number; updated: number }> {
  const { prompts, columns } = readPromptFile(csv, modelNames(await listModels()));
  const importNow = () => store(prompts, { given: columns, ownerId });
  // A cron locks the same prompts in an order of its own, so Postgres may end one of the two.
  return tryAgainIfRolledBack(importNow, WHILE_A_CALLER_WAITS_MS);
}

/** The owner's prompts (null: those without) as a CSV file, oldest first. Importing it changes nothing. */
export async function exportPrompts(ownerId: string | null): Promise<string> {
  const [prompts, models] = await Promise.all([listPromptsOf(ownerId), listModels()]);
  return writePromptFile(prompts, modelNames(models));
}
