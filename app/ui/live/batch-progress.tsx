"use client";

import { useRouter } from "next/navigation";
import { type ReactNode, useEffect, useState } from "react";
import { wholeNumber } from "@/lib/format/figures";
import { announcement, percentDone, quarterOf, type Sample } from "@/lib/format/progress";
import { clock, clockOrDate, exactDuration } from "@/lib/format/times";
import type { WaitingHints } from "@/lib/jobs/waiting-hints";
import { BAR_ORDER, StatusBar } from "../status-bar";
import { BatchCounts } from "./batch-counts";
import { type BatchState, batchPath, batchState, doneOf, isOver } from "./batch-state";
import { LiveMark } from "./live-mark";
import { useLive } from "./use-live";
import { usePace } from "./use-pace";
import { useTitlePrefix } from "./use-title-prefix";
import { WaitingTable } from "./waiting-table";

type Props = {
  initial: BatchState;
  timeZone: string;
  /** Stands over it, in one row with how fresh it is. */
  heading?: ReactNode;
  /** What of it was seen before, oldest first: its pace is told at once. */
  seen?: readonly Sample[];
  /** What is known of what its jobs wait for. */
  hints?: WaitingHints;
  /** Whether the tab says how far it is. */
  isInTitle?: boolean;
  /** Once all are final; where there is none, the page is read anew. */
  onFinished?: () => void;
};

/** A batch as it goes: how much is done, what became of it, how long it still takes, and why jobs wait. */
export function BatchProgress({ initial, timeZone, heading, seen, hints = {}, ...rest }: Props) {
  const { batchKey } = initial;
  const { shown, state, asOf } = useLive({
    path: batchPath(batchKey),
    initial,
    schema: batchState,
    isOver,
  });
  const done = doneOf(shown);
  const { total, processing } = shown.summary;
  const over = isOver(shown);
  const pace = usePace(shown, seen);
  const wasRunning = useEnd(over, rest.onFinished);
  useTitlePrefix(rest.isInTitle && !over ? `${percentDone(done, total)}% · ` : "");
  const counts = BAR_ORDER.map((status) => `${wholeNumber(shown.summary[status])} ${status}`);
  return (
    <div>
      <div className="flex min-h-6 items-baseline justify-between gap-4">
        <div className="min-w-0">{heading}</div>
        <LiveMark state={state} asOf={asOf} timeZone={timeZone} />
      </div>
      <div className="mt-1 justify-between gap-4 tabular-nums sm:flex sm:items-baseline">
        <p className="text-ink-2">
          <span className="mr-2 font-semibold text-ink text-number">{wholeNumber(done)}</span>
          of {wholeNumber(total)} done
        </p>
        <p className="min-h-5 text-ink-2 text-small">
          {over ? (
            <Finished batch={shown} timeZone={timeZone} />
          ) : pace.stillSinceMs === null ? (
            pace.text
          ) : (
            `no job finished since ${clock(new Date(pace.stillSinceMs), timeZone)}`
          )}
        </p>
      </div>
      <div
        role="progressbar"
        aria-label={`Batch ${batchKey}`}
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={done}
        aria-valuetext={`${wholeNumber(done)} of ${wholeNumber(total)} done: ${counts.join(", ")}`}
        className="mt-2"
      >
        <StatusBar counts={shown.summary} />
      </div>
      <BatchCounts batch={shown} />
      <Announcement quarter={quarterOf(done, total)} failed={shown.summary.failed} />
      {(!over || wasRunning) && (
        <WaitingTable waiting={shown.waiting} processing={processing} hints={hints} />
      )}
    </div>
  );
}

function Finished({ batch, timeZone }: { batch: BatchState; timeZone: string }) {
  const [now] = useState(() => new Date());
  const { startedAt, finishedAt } = batch;
  if (finishedAt === null) return null;
  const took = startedAt && exactDuration(finishedAt.getTime() - startedAt.getTime());
  return `Finished ${clockOrDate(finishedAt, timeZone, now)}${took ? ` in ${took}` : ""}`;
}

/** Tells who listens of each quarter, and of the first failure; not of what was so from the start. */
function Announcement(now: { quarter: number; failed: number }) {
  const [told, setTold] = useState({ ...now, text: "" });
  if (told.quarter !== now.quarter || told.failed !== now.failed) {
    setTold({ ...now, text: announcement(told, now) || told.text });
  }
  return (
    <p role="status" className="sr-only">
      {told.text}
    </p>
  );
}

/** Says once that it has ended, where it was seen running. Out: whether it was. */
function useEnd(over: boolean, onFinished: (() => void) | undefined): boolean {
  const router = useRouter();
  const [run, setRun] = useState<"not seen" | "running" | "ended">(over ? "not seen" : "running");
  useEffect(() => {
    if (!over) return setRun("running");
    if (run !== "running") return;
    setRun("ended");
    if (onFinished) onFinished();
    else router.refresh();
  }, [over, run, onFinished, router]);
  return run !== "not seen";
}
