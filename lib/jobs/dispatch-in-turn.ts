import { setTimeout as sleep } from "node:timers/promises";
import type { Environment } from "@/lib/env";
import { type DispatchOptions, dispatch } from "./dispatch";

/** What whoever comes while another loop works leaves to others at its own end, rather than wait that long. */
const LEFT_TO_OTHERS_MS = 60_000;

type Turn = { over: Promise<void>; deadlineMs: number; isWoken: boolean };

/** Not a module variable: Next bundles this module with each route and with instrumentation. */
const shared = globalThis as typeof globalThis & { canvassTurn?: Turn | undefined };

/**
 * Sends out due jobs as `dispatch` does, one loop of this instance at a time: a second one would look
 * for the same jobs as often, and send no more of them. Whoever comes meanwhile leaves the work to the
 * loop that is there, or, where its own invocation lasts a good deal longer, waits to take over. Gives
 * up at its deadline. Never throws.
 */
export async function dispatchInTurn(env: Environment, options: DispatchOptions): Promise<void> {
  while (shared.canvassTurn) {
    if (shared.canvassTurn.deadlineMs >= options.deadlineMs - LEFT_TO_OTHERS_MS) {
      // It may just have found nothing due, and be about to end.
      shared.canvassTurn.isWoken = true;
      return;
    }
    const leftMs = options.deadlineMs - Date.now();
    if (leftMs <= 0) return;
    const given = new AbortController();
    // Only the signal rejects it.
    const deadline = sleep(leftMs, undefined, { signal: given.signal }).catch(() => undefined);
    await Promise.race([shared.canvassTurn.over, deadline]);
    given.abort();
  }
  const over = Promise.withResolvers<void>();
  const turn: Turn = { over: over.promise, deadlineMs: options.deadlineMs, isWoken: false };
  const wasWoken = () => {
    const { isWoken } = turn;
    turn.isWoken = false;
    return isWoken;
  };
  const pass = () => {
    if (shared.canvassTurn === turn) shared.canvassTurn = undefined;
    over.resolve();
  };
  shared.canvassTurn = turn;
  try {
    await dispatch(env, { ...options, wasWoken, takesNoMore: pass });
  } finally {
    pass();
  }
}
