import { explicitWaitMs } from "@/lib/models/retry-after";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Waits after each try that failed: the schedule that the Standard Webhooks specification recommends. */
const WAITS_MS = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];

export const MOST_TRIES = WAITS_MS.length + 1;

/** So many receivers behind one host don't all come back at once. */
const JITTER = 0.2;

const LONGEST_ASKED_MS = 24 * HOUR;

/**
 * Milliseconds until the next try, after try `attempt` (from 1) failed; null: that was the last. A
 * receiver's Retry-After makes it longer, up to a day, where it is overloaded (429, 503).
 */
export function nextTryMs(
  attempt: number,
  reply: { httpStatus: number | null; retryAfter?: string | null },
  random = Math.random,
): number | null {
  const wait = WAITS_MS[attempt - 1];
  if (wait === undefined) return null;
  const planned = wait * (1 + JITTER * random());
  const isOverloaded = reply.httpStatus === 429 || reply.httpStatus === 503;
  if (!isOverloaded || !reply.retryAfter) return planned;
  const headers = new Headers({ "retry-after": reply.retryAfter });
  const asked = explicitWaitMs(headers, null, Date.now()) ?? 0;
  return Math.max(planned, Math.min(asked, LONGEST_ASKED_MS));
}
