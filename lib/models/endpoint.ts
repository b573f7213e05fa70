import type { Credentials } from "./call";
import { failedOutcome } from "./failure";
import { type FailedOutcome, NO_USAGE } from "./outcome";

/** Where a provider's `/chat/completions` is, and how it wants to be asked. */
export type Endpoint = {
  /** Name for messages. */
  label: string;
  apiKey: string;
  baseUrl: string;
  /** The provider's word for the limit of output tokens. */
  tokenLimit: "max_completion_tokens" | "max_tokens";
  /** Headers for OpenAI's organisation and project, from the package's own variables. */
  sendsOrganization: boolean;
  secrets: readonly string[];
};

type Configured = Omit<Endpoint, "apiKey" | "secrets"> & {
  apiKey: string | undefined;
  keyVariable: string;
  baseUrlVariable: string;
};

/**
 * In: a provider as the environment configures it. Out: the endpoint to call, or, where a key is
 * missing or cannot be sent, the account failure that says which variable to mend. Nothing is sent.
 */
export function checkedEndpoint(
  configured: Configured,
  credentials: Credentials,
): { endpoint: Endpoint } | { refusal: FailedOutcome } {
  const { keyVariable, baseUrlVariable, ...rest } = configured;
  const apiKey = configured.apiKey?.trim() ?? "";
  const secrets = secretsOf(credentials);
  const refusal = (reason: string) => ({ refusal: misconfigured(rest.label, reason, secrets) });
  if (apiKey === "") return refusal(`${keyVariable} is not set`);
  // fetch would throw, with the header and so the key in its message.
  if (!/^[\x21-\x7e]+$/u.test(apiKey)) {
    return refusal(`${keyVariable} has characters that no key has`);
  }
  if (!/^https?:\/\//iu.test(rest.baseUrl) || !URL.canParse(rest.baseUrl)) {
    return refusal(`${baseUrlVariable} is not an http address`);
  }
  return { endpoint: { ...rest, apiKey, secrets } };
}

function misconfigured(
  providerLabel: string,
  reason: string,
  secrets: readonly string[],
): FailedOutcome {
  return failedOutcome(
    { errorCode: "provider_auth", retryAfterMs: null, mayHaveBeenPaid: false },
    {
      returnedModel: null,
      usage: NO_USAGE,
      costUsd: null,
      providerRequestId: null,
      httpStatus: null,
      latencyMs: 0,
    },
    { providerLabel, reason, secrets },
  );
}

function secretsOf(credentials: Credentials): string[] {
  const keys = [credentials.openaiApiKey, credentials.openrouterApiKey];
  return keys.map((key) => key?.trim() ?? "").filter((key) => key !== "");
}
