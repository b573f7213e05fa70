import type { Ask, CallableModel, CallOptions } from "./call";
import { chatCompletion } from "./chat-completion";
import { checkedEndpoint } from "./endpoint";
import type { ModelOutcome } from "./outcome";

const DEFAULT_BASE_URL = "https://api.openai.com/v1";

/**
 * Asks a model at OpenAI, or at any compatible server under OPENAI_BASE_URL. The limit goes as
 * `max_completion_tokens`: `max_tokens` is deprecated, and the reasoning models answer 400 to it.
 */
export async function callOpenAi(
  model: CallableModel,
  ask: Ask,
  options: CallOptions,
): Promise<ModelOutcome> {
  const { openaiApiKey, openaiBaseUrl } = options.credentials;
  const checked = checkedEndpoint(
    {
      label: "OpenAI",
      keyVariable: "OPENAI_API_KEY",
      apiKey: openaiApiKey,
      baseUrlVariable: "OPENAI_BASE_URL",
      baseUrl: openaiBaseUrl || DEFAULT_BASE_URL,
      tokenLimit: "max_completion_tokens",
      sendsOrganization: true,
    },
    options.credentials,
  );
  return "refusal" in checked
    ? checked.refusal
    : chatCompletion(checked.endpoint, model, ask, options);
}
