"use client";

import Link from "next/link";
import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { wholeNumber } from "@/lib/format/figures";
import { paceFacts, quarterOf, type Sample, withSample } from "@/lib/format/progress";
import { clock, exactDuration } from "@/lib/format/times";
import { BAR_ORDER, StatusBar } from "../status-bar";
import { StatusBadge } from "../status-glyph";
import { type BatchState, batchPath, batchState, doneOf, jobsOf } from "./batch-state";
import { LiveMark } from "./live-mark";
import { useLive } from "./use-live";
import { WaitingTable } from "./waiting-table";

/**
 * A batch as it goes: how much is done, what became of it, how long it still takes, and why jobs wait.
 * Reads the page anew once all are final, so that it shows what came of them. `title` prefixes the tab's
 * own meanwhile with how far it is.
 */
export function BatchProgress({
  initial,
  timeZone,
  isInTitle = false,
}: {
  initial: BatchState;
  timeZone: string;
  isInTitle?: boolean;
}) {
  const { batchKey } = initial;
  const router = useRouter();
  const { shown, state } = useLive({
    path: batchPath(batchKey),
    initial,
    schema: batchState,
    isOver: ({ finishedAt }) => finishedAt !== null,
  });
  const done = doneOf(shown);
  const { total } = shown.summary;
  const samples = useSamples(shown, done);
  const isOver = shown.finishedAt !== null;
  const wasRunning = useRef(!isOver);
  useEffect(() => {
    if (!isOver || !wasRunning.current) return;
    wasRunning.current = false;
    router.refresh();
  }, [isOver, router]);
  useTitle(isInTitle && !isOver ? `${Math.floor((done / total) * 100)}% · ` : "");
  const pace = paceFacts(samples, total);
  return (
    <div>
      <div className="flex min-h-8 flex-wrap items-baseline justify-between gap-x-4">
        <p className="text-ink-2 tabular-nums">
          <span className="mr-2 font-semibold text-ink text-number">{wholeNumber(done)}</span>
          of {wholeNumber(total)} done
        </p>
        <p className="flex items-center gap-4 text-ink-2 text-small tabular-nums">
          {isOver ? <Finished batch={shown} timeZone={timeZone} /> : pace.text}
          {!isOver && pace.stillSinceMs !== null && (
            <>no job finished since {clock(new Date(pace.stillSinceMs), timeZone)}</>
          )}
          <LiveMark state={state} />
        </p>
      </div>
      <div
        role="progressbar"
        aria-label={`Batch ${batchKey}`}
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={done}
        aria-valuetext={`${wholeNumber(done)} of ${wholeNumber(total)} done`}
        className="mt-2"
      >
        <StatusBar counts={shown.summary} />
      </div>
      <ul className="mt-2 flex flex-wrap gap-x-5 gap-y-1 text-small">
        {BAR_ORDER.map((status) => (
          <li key={status}>
            <Link
              href={jobsOf(batchKey, status)}
              className="inline-flex min-h-6 items-center hover:underline coarse:min-h-11"
            >
              <StatusBadge status={status} count={wholeNumber(shown.summary[status])} />
            </Link>
          </li>
        ))}
      </ul>
      <Announcement done={done} total={total} failed={shown.summary.failed} />
      {!isOver && <WaitingTable waiting={shown.waiting} />}
    </div>
  );
}

function Finished({ batch, timeZone }: { batch: BatchState; timeZone: string }) {
  const { startedAt, finishedAt } = batch;
  if (finishedAt === null) return null;
  const took = startedAt && exactDuration(finishedAt.getTime() - startedAt.getTime());
  return (
    <>
      Finished {clock(finishedAt, timeZone)}
      {took && ` in ${took}`}
    </>
  );
}

/** Tells who listens of each quarter, and of the first failure; not of what was so from the start. */
function Announcement({ done, total, failed }: { done: number; total: number; failed: number }) {
  const [first] = useState({ quarter: quarterOf(done, total), failed });
  const quarter = quarterOf(done, total);
  return (
    <p role="status" className="sr-only">
      {quarter > first.quarter && `${quarter}% done. `}
      {failed > 0 && first.failed === 0 && "A job failed."}
    </p>
  );
}

/** What has been seen of it; from its start, where that is known. */
function useSamples(shown: BatchState, done: number): readonly Sample[] {
  const [samples, setSamples] = useState<readonly Sample[]>(() =>
    shown.startedAt ? [{ atMs: shown.startedAt.getTime(), done: 0 }] : [],
  );
  const isOver = shown.finishedAt !== null;
  useEffect(() => {
    if (isOver) return;
    const look = () => setSamples((seen) => withSample(seen, { atMs: Date.now(), done }));
    look();
    const timer = setInterval(look, 10_000);
    return () => clearInterval(timer);
  }, [done, isOver]);
  return samples;
}

function useTitle(prefix: string): void {
  useEffect(() => {
    if (prefix === "") return;
    const title = document.title;
    document.title = prefix + title;
    return () => {
      document.title = title;
    };
  }, [prefix]);
}
