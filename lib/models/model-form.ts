/** What a form of a model's settings holds: text, as it was typed. */
export type ModelFields = Readonly<Record<string, string>>;

const NUMBERS = [
  "maxConcurrency",
  "requestsPerMinute",
  "temperature",
  "inputUsdPerMillion",
  "cachedInputUsdPerMillion",
  "outputUsdPerMillion",
] as const;

/**
 * The body of POST and PATCH /api/models. An empty field is a setting that isn't there (null). What is no
 * number stays text, for the API to refuse in its own words: there is one place that knows the bounds.
 */
export function modelBody(fields: ModelFields): Record<string, string | number | null> {
  return {
    ...(fields.provider !== undefined && { provider: fields.provider }),
    ...(fields.name !== undefined && { name: fields.name.trim() }),
    label: (fields.label ?? "").trim(),
    ...Object.fromEntries(NUMBERS.map((name) => [name, numberOrNull(fields[name])])),
    maxOutputTokens: numberOrNull(fields.maxOutputTokens),
    reasoningEffort: fields.reasoningEffort?.trim() || null,
  };
}

function numberOrNull(typed = ""): number | string | null {
  const text = typed.trim();
  if (text === "") return null;
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
}

/** "$1.25 in, $10 out" for a million tokens; "no price" where one is missing, and never $0 for that. */
export function pricesInWords(model: {
  provider: string;
  inputUsdPerMillion: number | null;
  outputUsdPerMillion: number | null;
}): string {
  const { provider, inputUsdPerMillion, outputUsdPerMillion } = model;
  if (provider === "simulated") return "free";
  if (inputUsdPerMillion === null || outputUsdPerMillion === null) return "no price";
  return `${price(inputUsdPerMillion)} in, ${price(outputUsdPerMillion)} out`;
}

function price(dollars: number): string {
  return `$${dollars.toLocaleString("en-US", { maximumFractionDigits: 6 })}`;
}
