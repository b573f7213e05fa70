import { setTimeout as pause } from "node:timers/promises";
import { isTransient, wasRolledBack } from "./errors";

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/**
 * How long a call on somebody's behalf may be tried again: with one call's deadline of 10 s it stays
 * under the 15 s after which the caller is told 503.
 */
export const WHILE_A_CALLER_WAITS_MS = 4_000;

/**
 * Calls again while the database fails in a way that passes, for at most `forMs`. Only for calls that
 * may run twice: an error doesn't tell whether the statement ran (its reply may have been lost).
 * Throws the last error.
 */
export function tryAgain<T>(call: () => Promise<T>, forMs: number): Promise<T> {
  return againWhile(isTransient, call, forMs);
}

/**
 * The same only where the statement surely did nothing, such as the loser of a deadlock: for calls whose
 * reply would not be true of a second run. Throws the last error.
 */
export function tryAgainIfRolledBack<T>(call: () => Promise<T>, forMs: number): Promise<T> {
  return againWhile(wasRolledBack, call, forMs);
}

async function againWhile<T>(
  passes: (error: unknown) => boolean,
  call: () => Promise<T>,
  forMs: number,
): Promise<T> {
  const endMs = performance.now() + forMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await call();
    } catch (error) {
      if (!passes(error) || performance.now() + pauseMs > endMs) throw error;
      await pause(pauseMs * (0.5 + Math.random() / 2));
    }
  }
}
