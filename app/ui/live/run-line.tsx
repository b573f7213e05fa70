"use client";

import Link from "next/link";
import { wholeNumber } from "@/lib/format/figures";
import { StatusBar } from "../status-bar";
import { type BatchState, batchPath, batchState, doneOf, isOver } from "./batch-state";
import { useLive } from "./use-live";

/** Today's batch as it stands, at the rail's foot; it shares the stream of the page's own block. */
export function RunLine({ initial }: { initial: BatchState }) {
  const shown = useBatch(initial);
  const { total } = shown.summary;
  return (
    <Link
      href={`/batches/${encodeURIComponent(shown.batchKey)}`}
      className="block rounded-control px-2 py-2 hover:bg-hover"
    >
      <span className="mb-1.5 flex justify-between text-caption text-ink-2 tabular-nums">
        <span>Today</span>
        <span>{Math.floor((doneOf(shown) / total) * 100)}%</span>
      </span>
      <StatusBar counts={shown.summary} size={4} />
    </Link>
  );
}

/** The same in the bar over a narrow page: "327 / 480". */
export function RunCount({ initial }: { initial: BatchState }) {
  const shown = useBatch(initial);
  return (
    <Link
      href={`/batches/${encodeURIComponent(shown.batchKey)}`}
      className="inline-flex min-h-8 items-center text-ink-2 text-small tabular-nums coarse:min-h-11"
    >
      <span className="sr-only">Today’s batch: </span>
      {wholeNumber(doneOf(shown))} / {wholeNumber(shown.summary.total)}
    </Link>
  );
}

function useBatch(initial: BatchState): BatchState {
  const { batchKey } = initial;
  return useLive({ path: batchPath(batchKey), initial, schema: batchState, isOver }).shown;
}
