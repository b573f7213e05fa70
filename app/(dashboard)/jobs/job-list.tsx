"use client";

import { useRouter } from "next/navigation";
import { type ReactNode, useRef, useState, useTransition } from "react";
import { counted, wholeNumber } from "@/lib/format/figures";
import type { ListedJob } from "@/lib/jobs/job-row";
import { type Filter, Filters } from "../../ui/filters";
import { Head, Pager, Table } from "../../ui/table";
import { type JobsAddress, jobsHref } from "./address";
import { JobRow } from "./job-row";
import { ListState } from "./list-state";
import { SelectionBar } from "./selection-bar";
import { StatusTabs } from "./status-tabs";
import { type Counts, type ListFilter, useJobUpdates } from "./use-job-updates";
import { useNow } from "./use-now";
import { useRowLinks } from "./use-row-links";
import { useSelection } from "./use-selection";

const DAY_MS = 86_400_000;

type Props = {
  asked: JobsAddress;
  filter: ListFilter;
  filters: readonly Filter[];
  counts: Counts;
  jobs: readonly ListedJob[];
  nextCursor: number | null;
  loadedAtMs: number;
  timeZone: string;
  /** What stands where no job matches. */
  empty: ReactNode;
};

/** The jobs that match, kept up to date where they stand; and what can be done to many. */
export function JobList({ asked, filter, filters, jobs, loadedAtMs, timeZone, ...props }: Props) {
  const router = useRouter();
  const [isPaused, setPaused] = useState(false);
  const [isReading, startReading] = useTransition();
  const table = useRef<HTMLDivElement>(null);
  const pageBox = useRef<HTMLInputElement>(null);
  useRowLinks(table);
  const ids = jobs.map((job) => job.jobId);
  const selection = useSelection(ids);
  const isSelecting = selection.chosen.size > 0;
  const {
    jobs: moved,
    newer,
    counts,
    isCut,
  } = useJobUpdates({
    jobs,
    filter,
    status: asked.status,
    counts: props.counts,
    isFirstPage: asked.cursor === null,
    loadedAtMs,
    isPaused: isPaused || isSelecting,
  });
  const shown = jobs.map((job) => newerOf(job, moved.get(job.jobId)));
  const isMoving = shown.some((job) => job.status === "processing" || job.status === "queued");
  const nowMs = useNow(loadedAtMs, isMoving ? 1_000 : 15_000);
  const matching = totalOf(counts, asked);
  const last = asked.from + jobs.length - 1;
  const isPageChosen = isSelecting && selection.chosen.size === jobs.length;
  return (
    <>
      <StatusTabs asked={asked} counts={counts} />
      <Filters filters={filters} facts="">
        <div className="mb-2 flex min-h-10 flex-wrap items-center justify-between gap-x-4 gap-y-2">
          {isSelecting ? (
            <SelectionBar
              asked={asked}
              filter={filter}
              counts={counts}
              matching={matching}
              jobs={shown}
              isPageChosen={isPageChosen && jobs.length < matching}
              selection={selection}
              onDone={() => {
                selection.clear();
                // Not while the dialog is open: it lets nothing behind it have the focus.
                setTimeout(() => pageBox.current?.focus());
              }}
            />
          ) : (
            <span className="text-ink-2 text-small tabular-nums">{counted(matching, "job")}</span>
          )}
          <ListState
            isCut={isCut}
            isPaused={isPaused || isSelecting}
            newer={isSelecting ? 0 : newer}
            onPause={isSelecting ? null : () => setPaused(!isPaused)}
            onShowNewer={() => startReading(() => router.refresh())}
          />
        </div>
        {jobs.length === 0 ? (
          props.empty
        ) : (
          <div ref={table} aria-busy={isReading} className={isReading ? "opacity-60" : undefined}>
            <Table caption="Jobs">
              <thead>
                <tr>
                  <Head>
                    <label className="flex size-6 items-center justify-center coarse:size-11">
                      <input
                        ref={pageBox}
                        type="checkbox"
                        className="size-4 accent-solid"
                        aria-label="Select all on this page"
                        checked={isPageChosen}
                        onChange={(event) => selection.choosePage(event.target.checked)}
                      />
                    </label>
                  </Head>
                  <Head from="sm">Status</Head>
                  <Head>Question</Head>
                  <Head from="sm">Model, run</Head>
                  <Head from="sm">Error, wait or cost</Head>
                  <Head from="sm">Updated</Head>
                  <Head from="lg" isNumber>
                    Tries
                  </Head>
                  <Head from="xl" isNumber>
                    Waited
                  </Head>
                  <Head from="xl" isNumber>
                    Ran
                  </Head>
                  <Head from="xl">Batch</Head>
                </tr>
              </thead>
              <tbody>
                {shown.map((job) => (
                  <JobRow
                    key={job.jobId}
                    job={job}
                    isChosen={selection.isAll || selection.chosen.has(job.jobId)}
                    nowMs={isTicking(job, nowMs) ? nowMs : loadedAtMs}
                    timeZone={timeZone}
                    onChoose={selection.choose}
                  />
                ))}
              </tbody>
            </Table>
            <Pager
              shown={`${wholeNumber(asked.from)}–${wholeNumber(last)} of ${wholeNumber(Math.max(last, matching))}`}
              start={asked.cursor === null ? null : jobsHref({ ...asked, cursor: null })}
              next={
                props.nextCursor === null
                  ? null
                  : jobsHref({ ...asked, cursor: props.nextCursor, from: last + 1 })
              }
            />
          </div>
        )}
      </Filters>
      <p role="status" className="sr-only">
        {newer > 0 && `${counted(newer, "new job")}`}
      </p>
    </>
  );
}

/** What was polled may be older than what the server painted since. */
function newerOf(painted: ListedJob, polled: ListedJob | undefined): ListedJob {
  return polled && polled.version >= painted.version ? polled : painted;
}

/** Whether what a row says of times changes by itself: rows that don't needn't be painted again. */
function isTicking({ finishedAt }: ListedJob, nowMs: number): boolean {
  return finishedAt === null || nowMs - Date.parse(finishedAt) < DAY_MS;
}

function totalOf(counts: Counts, { status }: JobsAddress): number {
  if (status !== null) return counts[status];
  return Object.values(counts).reduce((sum, n) => sum + n, 0);
}
