import type { Provider } from "@/db/schema";
import type { Environment } from "@/lib/env";

/** Providers that no call reaches because a variable isn't set, and how many of these models are theirs. */
export function missingKeys(
  models: readonly { provider: Provider }[],
  env: Pick<Environment, "OPENAI_API_KEY" | "OPENROUTER_API_KEY">,
): { variable: string; models: number }[] {
  const keys = [
    { variable: "OPENAI_API_KEY", provider: "openai", value: env.OPENAI_API_KEY },
    { variable: "OPENROUTER_API_KEY", provider: "openrouter", value: env.OPENROUTER_API_KEY },
  ] as const;
  return keys
    .filter(({ value }) => (value ?? "").trim() === "")
    .map(({ variable, provider }) => ({
      variable,
      models: models.filter((model) => model.provider === provider).length,
    }))
    .filter(({ models }) => models > 0);
}
