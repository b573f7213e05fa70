import { storableLine } from "@/lib/answers/untrusted-text";

const MAX_MESSAGE_CHARS = 300;
/** Stands where a secret stood. */
export const MARK = "[redacted]";

const PATTERNS: readonly [RegExp, string][] = [
  // Credentials and secrets inside addresses.
  [/([a-z][a-z0-9+.-]*:\/\/)[^\s/?#@]*(?::[^\s/?#]*)?@/giu, `$1${MARK}@`],
  [/([?&][^\s=&]*(?:key|token|secret|signature|password)[^\s=&]*=)[^\s&#]*/giu, `$1${MARK}`],
  [/\b(bearer|basic)\s+[^\s"',;]+/giu, `$1 ${MARK}`],
  // Keys of OpenAI and OpenRouter ("sk-proj-…", "sk-or-v1-…") and our own.
  [/\b(?:sk|pk|rk)-[\w*-]{4,}/gu, MARK],
  [/\bcvs_[\w-]+/gu, MARK],
];

/** As short as a secret of ours may be; a local server's stand-in for a key ("ollama") is a word. */
const SHORTEST_KEY_CHARS = 16;

/**
 * Takes `secrets` out of what a provider sent, and no more: its answer stays as it is. In: any text. Out:
 * the text without them as they are, and in base64, hex and percent-encoding.
 */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  let safe = text;
  for (const secret of secrets) {
    if (secret.length < SHORTEST_KEY_CHARS) continue;
    for (const form of formsOf(secret)) safe = safe.replaceAll(form, MARK);
  }
  return safe;
}

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [
    secret,
    encodeURIComponent(secret),
    bytes.toString("base64"),
    bytes.toString("base64url"),
    bytes.toString("hex"),
  ];
}

/**
 * Takes secrets out of a text that will be stored or shown. In: the text, and key values to remove
 * wherever they stand, whatever they look like. Out: one line of at most 300 characters; it is cut
 * after the redaction, so that no half of a key survives at the end.
 */
export function redact(text: string, secrets: readonly string[] = []): string {
  let safe = text;
  for (const secret of secrets) {
    if (secret !== "") safe = safe.replaceAll(secret, MARK);
  }
  for (const [pattern, replacement] of PATTERNS) safe = safe.replace(pattern, replacement);
  return storableLine(safe, MAX_MESSAGE_CHARS);
}
