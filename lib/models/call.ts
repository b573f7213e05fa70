type ModelProvider = "openai" | "openrouter" | "simulated";

/** What of a model's row a call needs. Prices in US dollars per million tokens, null: unknown. */
export type CallableModel = {
  provider: ModelProvider;
  name: string;
  label: string;
  maxOutputTokens: number;
  /** null: not sent, the provider's default holds. */
  temperature: number | null;
  /** null: not sent. Whether the model takes the word is for the provider to say. */
  reasoningEffort: string | null;
  inputUsdPerMillion: number | null;
  cachedInputUsdPerMillion: number | null;
  outputUsdPerMillion: number | null;
};

/** The question and its place in the plan; only simulated models look at more than the question. */
export type Ask = {
  question: string;
  runIndex: number;
  /** UTC day, YYYY-MM-DD. */
  day: string;
  /** 1 for the first try. */
  attempt: number;
};

/** As `environment()` gives them; an empty string counts as unset. Keys never leave lib/models. */
export type Credentials = {
  openaiApiKey?: string | undefined;
  openaiBaseUrl?: string | undefined;
  openrouterApiKey?: string | undefined;
  openrouterBaseUrl?: string | undefined;
};

export type CallOptions = {
  /** Aborts the call; the outcome is then `aborted`. */
  signal: AbortSignal;
  /** For the whole call, to the last byte of its body. */
  timeoutSeconds: number;
  credentials: Credentials;
};
