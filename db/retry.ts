import { setTimeout as pause } from "node:timers/promises";
import { isTransient } from "./errors";

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Calls again while the database fails in a way that passes, for at most `forMs`. Only for calls that
 * may run twice: an error doesn't tell whether the statement ran (its reply may have been lost).
 * Throws the last error.
 */
export async function tryAgain<T>(call: () => Promise<T>, forMs: number): Promise<T> {
  const endMs = performance.now() + forMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await call();
    } catch (error) {
      if (!isTransient(error) || performance.now() + pauseMs > endMs) throw error;
      await pause(pauseMs * (0.5 + Math.random() / 2));
    }
  }
}
