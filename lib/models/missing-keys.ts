import type { Provider } from "@/db/schema";
import type { Environment } from "@/lib/env";

/** The variable of each provider whose key isn't set; of the keys themselves nothing but that. */
export function missingKeys(env: Environment): Partial<Record<Provider, string>> {
  return {
    ...(env.OPENAI_API_KEY === undefined && { openai: "OPENAI_API_KEY" }),
    ...(env.OPENROUTER_API_KEY === undefined && { openrouter: "OPENROUTER_API_KEY" }),
  };
}
