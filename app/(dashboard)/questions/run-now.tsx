"use client";

import { useState } from "react";
import * as z from "zod/mini";
import type { ButtonKind } from "@/app/ui/button";
import { callApi } from "@/app/ui/call-api";
import { BusyButton } from "@/app/ui/call-button";
import { JOB_STATUSES } from "@/db/job-status";
import { counted } from "@/lib/format/figures";
import { type Counts, RunProgress } from "./run-progress";

const started = z.object({
  batchKey: z.string(),
  created: z.number(),
  joined: z.number(),
  jobs: z.array(z.object({ status: z.enum(JOB_STATUSES) })),
});
type Started = z.output<typeof started>;

type State =
  | { kind: "rest" }
  | { kind: "refused"; message: string }
  | { kind: "running"; run: Started };

/**
 * Asks a question now, and shows how far its jobs are. Where it is being asked already it joins those
 * jobs, says so, and offers another set. `slug`: also the id, where several owners have one of that slug.
 *
 * The line below the button takes a row of its own at the end of whatever flex box the button is in.
 */
export function RunNow({
  slug,
  kind = "primary",
  children = "Run now",
}: {
  slug: string;
  kind?: ButtonKind;
  children?: string;
}) {
  const [isBusy, setBusy] = useState(false);
  const [state, setState] = useState<State>({ kind: "rest" });
  const run = async (force: boolean) => {
    setBusy(true);
    setState(await runPrompt(slug, force));
    setBusy(false);
  };
  return (
    <>
      <BusyButton
        kind={kind}
        shortcut="r"
        isBusy={isBusy}
        busy="Starting…"
        onClick={() => void run(false)}
      >
        {children}
      </BusyButton>
      <div
        className={`order-last flex basis-full flex-wrap items-center gap-x-3 gap-y-1 text-small sm:justify-end ${state.kind === "rest" ? "hidden" : ""}`}
      >
        <p
          role="status"
          className={`empty:hidden ${state.kind === "refused" ? "text-failed-text" : ""}`}
        >
          {sentenceOf(state)}
        </p>
        {state.kind === "running" && (
          <>
            {state.run.created === 0 && (
              <BusyButton isBusy={isBusy} busy="Starting…" onClick={() => void run(true)}>
                Run another set
              </BusyButton>
            )}
            <RunProgress
              key={state.run.batchKey}
              batchKey={state.run.batchKey}
              initial={countsOf(state.run)}
            />
          </>
        )}
      </div>
    </>
  );
}

function sentenceOf(state: State): string {
  if (state.kind === "refused") return state.message;
  if (state.kind === "running" && state.run.created === 0) {
    return `Already running: joined ${counted(state.run.joined, "job")}.`;
  }
  return "";
}

async function runPrompt(slug: string, force: boolean): Promise<State> {
  const answered = await callApi({
    method: "POST",
    path: `/api/prompts/${encodeURIComponent(slug)}/runs`,
    ...(force && { body: { force } }),
  });
  if (!answered.ok) return { kind: "refused", message: answered.refusal.message };
  return { kind: "running", run: started.parse(answered.body) };
}

function countsOf({ jobs }: Started): Counts {
  const counts = { queued: 0, processing: 0, succeeded: 0, failed: 0, skipped: 0, cancelled: 0 };
  for (const { status } of jobs) counts[status] += 1;
  return counts;
}
