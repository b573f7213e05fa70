"use client";

import { useEffect, useRef, useState } from "react";
import { type PaceFacts, paceFacts, type Sample, withSample } from "@/lib/format/progress";
import { type BatchState, doneOf, isOver } from "./batch-state";

/** A batch that stands still is looked at all the same: at some time that is worth saying. */
const LOOK_EVERY_MS = 10_000;

/** How fast a batch goes by what has been seen of it: before (`seen`), else since its start. */
export function usePace(shown: BatchState, seen: readonly Sample[] = []): PaceFacts {
  const done = doneOf(shown);
  const over = isOver(shown);
  const [samples, setSamples] = useState(() =>
    seen.length > 0 || shown.startedAt === null
      ? seen
      : [{ atMs: shown.startedAt.getTime(), done: 0 }],
  );
  // The server's clock is what the samples and the jobs' own times are by.
  const aheadMs = useRef<number | null>(null);
  useEffect(() => {
    aheadMs.current ??= Date.now() - (seen.at(-1)?.atMs ?? Date.now());
    if (over) return;
    const look = () => {
      const atMs = Date.now() - (aheadMs.current ?? 0);
      setSamples((before) => withSample(before, { atMs, done }));
    };
    look();
    const timer = setInterval(look, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [done, over, seen]);
  return paceFacts(samples, shown.summary.total, shown.waiting.paused);
}
