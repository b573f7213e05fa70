// Long enough for any real limit; keeps a nonsensical header from overflowing a timestamp.
const LONGEST_WAIT_MS = 31 * 24 * 3_600_000;

const DURATION =
  /^(?:(\d+(?:\.\d+)?)d)?(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?$/u;
const UNIT_MS = [86_400_000, 3_600_000, 60_000, 1_000, 1] as const;

/**
 * How long a provider said to wait by `Retry-After` (seconds or an HTTP date, RFC 9110 §10.2.3),
 * OpenAI's `retry-after-ms`, or OpenRouter's `error.metadata.retry_after_seconds`; the longest of
 * them. In: the reply's headers, that metadata value, and now in epoch ms. Out: ms, or null.
 */
export function explicitWaitMs(
  headers: Headers,
  metadataSeconds: number | null,
  nowMs: number,
): number | null {
  return longest([
    retryAfterHeaderMs(headers.get("retry-after"), nowMs),
    plainNumber(headers.get("retry-after-ms"), 1),
    metadataSeconds === null ? null : metadataSeconds * 1_000,
  ]);
}

/**
 * As `explicitWaitMs`, with OpenAI's `x-ratelimit-reset-requests` and `-tokens` ("6m0s", "12ms"). Only
 * for a reply that is a rate limit: those two headers are on every reply, whatever its status.
 */
export function rateLimitWaitMs(
  headers: Headers,
  metadataSeconds: number | null,
  nowMs: number,
): number | null {
  return longest([
    explicitWaitMs(headers, metadataSeconds, nowMs),
    parseDurationMs(headers.get("x-ratelimit-reset-requests")),
    parseDurationMs(headers.get("x-ratelimit-reset-tokens")),
  ]);
}

/** "1h2m3s", "6m0s", "8.64s", "12ms" → ms. Anything else, a bare number too (an epoch?) → null. */
export function parseDurationMs(text: string | null): number | null {
  const match = text === null || text.trim() === "" ? null : DURATION.exec(text.trim());
  if (match === null) return null;
  return UNIT_MS.reduce((sum, unitMs, index) => sum + Number(match[index + 1] ?? 0) * unitMs, 0);
}

function retryAfterHeaderMs(value: string | null, nowMs: number): number | null {
  const seconds = plainNumber(value, 1_000);
  if (seconds !== null || value === null) return seconds;
  // Date.parse takes almost anything for a date; an HTTP date begins with the name of a day.
  if (!/^(?:mon|tue|wed|thu|fri|sat|sun)/iu.test(value.trim())) return null;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : date - nowMs;
}

function plainNumber(value: string | null, factor: number): number | null {
  if (value === null || !/^\s*\d+(?:\.\d+)?\s*$/u.test(value)) return null;
  return Number(value) * factor;
}

function longest(waits: readonly (number | null)[]): number | null {
  const known = waits.filter((wait) => wait !== null);
  if (known.length === 0) return null;
  return Math.round(Math.min(LONGEST_WAIT_MS, Math.max(0, ...known)));
}
