import type { Ask, CallableModel, CallOptions } from "./call";
import { chatCompletion } from "./chat-completion";
import { checkedEndpoint } from "./endpoint";
import type { ModelOutcome } from "./outcome";

const DEFAULT_BASE_URL = "https://openrouter.ai/api/v1";

/**
 * Asks a model by way of OpenRouter. The limit goes as `max_tokens`, the name under which its models
 * list their parameters (it also takes `max_completion_tokens`, to the same effect; source:
 * openrouter.ai/docs/api_reference/parameters). `usage.cost` comes back unasked.
 */
export async function callOpenRouter(
  model: CallableModel,
  ask: Ask,
  options: CallOptions,
): Promise<ModelOutcome> {
  const { openrouterApiKey, openrouterBaseUrl } = options.credentials;
  const checked = checkedEndpoint(
    {
      label: "OpenRouter",
      keyVariable: "OPENROUTER_API_KEY",
      apiKey: openrouterApiKey,
      baseUrlVariable: "OPENROUTER_BASE_URL",
      baseUrl: openrouterBaseUrl || DEFAULT_BASE_URL,
      tokenLimit: "max_tokens",
      sendsOrganization: false,
    },
    options.credentials,
  );
  return "refusal" in checked
    ? checked.refusal
    : chatCompletion(checked.endpoint, model, ask, options);
}
