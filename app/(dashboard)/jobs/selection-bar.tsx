"use client";

import * as z from "zod/mini";
import type { JobStatus } from "@/db/job-status";
import { counted, wholeNumber } from "@/lib/format/figures";
import type { ListedJob } from "@/lib/jobs/job-row";
import { ConfirmCallButton } from "../../ui/call-button";
import { isFiltered, type JobsAddress } from "./address";
import { shortKey } from "./choices";
import type { Counts, ListFilter } from "./use-job-updates";
import type { Selection } from "./use-selection";

const moved = z.object({ matched: z.number(), changed: z.number() });

const CANCELLABLE: readonly JobStatus[] = ["queued", "processing"];
const RESTARTABLE: readonly JobStatus[] = ["failed", "skipped", "cancelled"];

/** How many are selected, and what can be done to them: each asks first, with how many it is about. */
export function SelectionBar({
  asked,
  filter,
  counts,
  matching,
  jobs,
  isPageChosen,
  selection,
  onDone,
}: {
  asked: JobsAddress;
  filter: ListFilter;
  counts: Counts;
  matching: number;
  jobs: readonly ListedJob[];
  /** All of the page are selected, and there are more. */
  isPageChosen: boolean;
  selection: Selection;
  /** Once it is done: the bar goes, and with it what had the focus. */
  onDone: () => void;
}) {
  const { chosen, isAll, clear } = selection;
  const chosenJobs = jobs.filter((job) => chosen.has(job.jobId));
  const countIn = (statuses: readonly JobStatus[]) => {
    if (!isAll) return chosenJobs.filter((job) => statuses.includes(job.status)).length;
    const meant = statuses.filter((status) => asked.status === null || asked.status === status);
    return meant.reduce((sum, status) => sum + counts[status], 0);
  };
  const body = isAll
    ? { ...filter, status: asked.status ?? undefined }
    : { jobIds: chosenJobs.map((job) => job.jobId) };
  const cancellable = countIn(CANCELLABLE);
  const running = countIn(["processing"]);
  const restartable = countIn(RESTARTABLE);
  // The API takes no order about everything there is, and nor should a slip of the hand.
  const mayTakeAll = asked.status === null ? isFiltered(asked) : asked.status !== "succeeded";
  const whose = isAll ? whichOnes(asked) : "of those selected";
  return (
    <fieldset className="flex min-w-0 flex-wrap items-center gap-2" aria-label="Selected jobs">
      <span className="text-small tabular-nums" role="status">
        {isAll
          ? `All ${wholeNumber(matching)} that match selected.`
          : `${wholeNumber(chosen.size)} ${isPageChosen ? "on this page " : ""}selected.`}
      </span>
      {isPageChosen && !isAll && mayTakeAll && (
        <button
          type="button"
          className="min-h-6 text-small underline underline-offset-2 coarse:min-h-11"
          onClick={selection.chooseAll}
        >
          Select all {wholeNumber(matching)} that match
        </button>
      )}
      {cancellable > 0 && (
        <ConfirmCallButton
          call={{ method: "POST", path: "/api/jobs/cancel", body }}
          title={`Cancel ${counted(cancellable, "job")}?`}
          body={`All queued or processing ones ${whose}.${stopped(running)}`}
          keep="Keep them"
          confirm={`Cancel ${counted(cancellable, "job")}`}
          busy="Cancelling…"
          done={(answer) => cancelled(moved.parse(answer), cancellable)}
          onDone={onDone}
        >
          Cancel
        </ConfirmCallButton>
      )}
      {restartable > 0 && (
        <ConfirmCallButton
          call={{ method: "POST", path: "/api/jobs/restart", body }}
          title={`Restart ${counted(restartable, "job")}?`}
          body={`All failed, skipped or cancelled ones ${whose}. Each is asked anew, with all its tries, and may be charged again.`}
          keep="Leave them"
          confirm={`Restart ${counted(restartable, "job")}`}
          confirmKind="primary"
          busy="Restarting…"
          done={(answer) => restarted(moved.parse(answer), restartable)}
          onDone={onDone}
        >
          Restart
        </ConfirmCallButton>
      )}
      {cancellable === 0 && restartable === 0 && (
        <span className="text-ink-2 text-small">
          Succeeded jobs can’t be cancelled or restarted.
        </span>
      )}
      <button
        type="button"
        className="min-h-6 px-1 text-ink-2 text-small underline underline-offset-2 hover:text-ink coarse:min-h-11"
        onClick={clear}
      >
        Clear <kbd className="font-mono text-caption no-underline">Esc</kbd>
      </button>
    </fieldset>
  );
}

function stopped(running: number): string {
  if (running === 0) return "";
  const [are, calls] = running === 1 ? ["is", "its call is"] : ["are", "their calls are"];
  return ` ${wholeNumber(running)} ${are} being answered now: ${calls} stopped, but may still be charged.`;
}

function whichOnes({ batch, status }: JobsAddress): string {
  if (batch !== null) return `of batch ${shortKey(batch)}${status ? " that match" : ""}`;
  return "that match";
}

function cancelled({ changed }: { changed: number }, meant: number): string {
  const missed = meant - changed;
  return `${wholeNumber(changed)} cancelled.${missed > 0 ? ` ${wholeNumber(missed)} had finished first.` : ""}`;
}

function restarted({ changed }: { changed: number }, meant: number): string {
  const missed = meant - changed;
  return `${wholeNumber(changed)} restarted.${
    missed > 0
      ? ` ${wholeNumber(missed)} couldn’t be: the question or model is off, or its twin runs.`
      : ""
  }`;
}
