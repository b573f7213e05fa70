import { storableLine } from "@/lib/answers/untrusted-text";

/**
 * The id under which the provider finds this call again: OpenRouter's `X-Generation-Id`, OpenAI's
 * `x-request-id`, else the id of the completion. Untrusted, so cut to 200 characters.
 */
export function requestIdOf(headers: Headers, completionId: string | null): string | null {
  const id = headers.get("x-generation-id") ?? headers.get("x-request-id") ?? completionId ?? "";
  const short = storableLine(id, 200);
  return short === "" ? null : short;
}
