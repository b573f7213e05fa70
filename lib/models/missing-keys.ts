import type { Provider } from "@/db/schema";
import type { Environment } from "@/lib/env";

type Keys = Pick<Environment, "OPENAI_API_KEY" | "OPENROUTER_API_KEY">;

const VARIABLES = { openai: "OPENAI_API_KEY", openrouter: "OPENROUTER_API_KEY" } as const;

/** The variable of each provider whose key isn't set; of the keys themselves nothing but that. */
export function missingKeys(env: Keys): Partial<Record<Provider, string>> {
  const isMissing = (provider: keyof typeof VARIABLES) => !env[VARIABLES[provider]]?.trim();
  return {
    ...(isMissing("openai") && { openai: VARIABLES.openai }),
    ...(isMissing("openrouter") && { openrouter: VARIABLES.openrouter }),
  };
}
