import { setTimeout as sleep } from "node:timers/promises";
import type { Environment } from "@/lib/env";
import { type DispatchOptions, dispatch } from "./dispatch";

/** Not a module variable: Next bundles this module with each route and with instrumentation. */
const shared = globalThis as typeof globalThis & { canvassTurn?: Promise<void> | undefined };

/**
 * Sends out due jobs as `dispatch` does, one loop of this instance at a time: a second one would look
 * for the same jobs as often, and send no more of them. Whoever comes meanwhile waits for its turn, as
 * its own invocation may outlast the first one's, and finds nothing to do or what was left. Gives up
 * at its deadline. Never throws.
 */
export async function dispatchInTurn(env: Environment, options: DispatchOptions): Promise<void> {
  while (shared.canvassTurn) {
    const leftMs = options.deadlineMs - Date.now();
    if (leftMs <= 0) return;
    const given = new AbortController();
    const deadline = sleep(leftMs, undefined, { signal: given.signal, ref: false });
    await Promise.race([shared.canvassTurn, deadline.catch(() => undefined)]);
    given.abort();
  }
  const turn = Promise.withResolvers<void>();
  const pass = () => {
    if (shared.canvassTurn === turn.promise) shared.canvassTurn = undefined;
    turn.resolve();
  };
  shared.canvassTurn = turn.promise;
  try {
    await dispatch(env, { ...options, takesNoMore: pass });
  } finally {
    pass();
  }
}
