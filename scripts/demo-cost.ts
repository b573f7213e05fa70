import { createInterface } from "node:readline/promises";
import type { SampleModel } from "@/db/seed";
import { samplePrompts } from "./samples";

/** The default of `maxOutputTokens`: no answer is longer. */
const MOST_OUTPUT_TOKENS = 1_000;
/** Our instructions and the schema, roughly. */
const INSTRUCTION_TOKENS = 200;

/**
 * Shows what the real models would cost at most, and asks for a yes where somebody can give one.
 * Throws where no key is set or the answer is no.
 */
export async function agreeToCost(models: readonly SampleModel[]): Promise<void> {
  if (models.length === 0) {
    throw new Error("--real needs a key: set OPENAI_API_KEY or OPENROUTER_API_KEY.");
  }
  const prompts = await samplePrompts();
  const jobs = prompts.reduce((sum, prompt) => sum + prompt.runs, 0);
  console.log(`\n--real asks these models ${jobs} questions each:`);
  let total = 0;
  for (const model of models) {
    const usd = prompts.reduce((sum, { question, runs }) => {
      const input =
        (Math.ceil(question.length / 4) + INSTRUCTION_TOKENS) * model.inputUsdPerMillion;
      return sum + (runs * (input + MOST_OUTPUT_TOKENS * model.outputUsdPerMillion)) / 1_000_000;
    }, 0);
    total += usd;
    console.log(`  ${model.provider} ${model.name}: at most about $${usd.toFixed(2)}`);
  }
  console.log(`  together at most about $${total.toFixed(2)}\n`);
  if (!process.stdin.isTTY) return;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question("Go on? [y/N] ");
  terminal.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new Error("Nothing was asked and nothing was spent.");
}
