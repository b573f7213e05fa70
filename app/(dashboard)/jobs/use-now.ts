"use client";

import { useEffect, useRef, useState } from "react";

/** The server's time, in ms, going on in steps: when the page was made, until the page is alive. */
export function useNow(loadedAtMs: number, everyMs: number): number {
  const [nowMs, setNow] = useState(loadedAtMs);
  const loaded = useRef({ atMs: loadedAtMs, sinceMs: Number.NaN });
  useEffect(() => {
    if (loaded.current.atMs !== loadedAtMs || Number.isNaN(loaded.current.sinceMs)) {
      loaded.current = { atMs: loadedAtMs, sinceMs: performance.now() };
    }
    const { sinceMs } = loaded.current;
    const tick = () => setNow(loadedAtMs + performance.now() - sinceMs);
    tick();
    const timer = setInterval(tick, everyMs);
    return () => clearInterval(timer);
  }, [loadedAtMs, everyMs]);
  return nowMs;
}
