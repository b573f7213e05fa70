import { setTimeout as pause } from "node:timers/promises";
import { expect, vi } from "vitest";
import type { TcpProxy } from "../faults/tcp-proxy";

/** Longer than between two looks at what is watched. */
const LOOKED_BY_MS = 1_300;

/** Counts the statements by which the app behind the proxy looks at what is watched. */
export function countLooks(proxy: TcpProxy) {
  let looks = 0;
  proxy.onStatement = (text) => {
    if (text.includes("watched_job")) looks += 1;
  };
  return {
    /** Until the app has looked, counted from now. */
    async untilLooked(): Promise<void> {
      const before = looks;
      await vi.waitFor(() => expect(looks).toBeGreaterThan(before), { timeout: 10_000 });
    },
    /** That nothing is watched any more, or soon won't be. */
    async expectNone(): Promise<void> {
      await vi.waitFor(
        async () => {
          const before = looks;
          await pause(LOOKED_BY_MS);
          expect(looks).toBe(before);
        },
        { timeout: 3 * LOOKED_BY_MS },
      );
    },
  };
}

export type Looks = ReturnType<typeof countLooks>;
