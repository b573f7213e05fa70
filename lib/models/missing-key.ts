import type { Provider } from "@/db/schema";
import type { Environment } from "@/lib/env";

const KEY_VARIABLES = {
  openai: "OPENAI_API_KEY",
  openrouter: "OPENROUTER_API_KEY",
  simulated: null,
} as const satisfies Record<Provider, keyof Environment | null>;

/** The variable that is missing for a provider's models to be called; null: none is. */
export function missingKeyOf(provider: Provider, env: Environment): string | null {
  const variable = KEY_VARIABLES[provider];
  return variable !== null && !env[variable]?.trim() ? variable : null;
}
