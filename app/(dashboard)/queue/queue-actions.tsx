"use client";

import { counted } from "@/lib/format/figures";
import type { Scope } from "@/lib/models/model-state";
import { CallButton, ConfirmCallButton } from "../../ui/call-button";

/** For admins: holds everything back, or lets it go on. */
export function QueueActions({
  paused,
  stats: { processingJobs, queuedJobs, scheduledJobs },
}: {
  paused: readonly Scope[];
  stats: { processingJobs: number; queuedJobs: number; scheduledJobs: number };
}) {
  const isAllPaused = paused.some(
    ({ provider, modelId }) => provider === undefined && modelId === undefined,
  );
  if (isAllPaused) {
    return (
      <CallButton
        kind="primary"
        call={{ method: "POST", path: "/api/jobs/queue/resume", body: {} }}
        busy="Resuming…"
      >
        Resume
      </CallButton>
    );
  }
  const waiting = queuedJobs + scheduledJobs;
  return (
    <ConfirmCallButton
      call={{ method: "POST", path: "/api/jobs/queue/pause", body: {} }}
      title="Pause everything?"
      body={
        <p>
          {counted(processingJobs, "running job finishes", "running jobs finish")},{" "}
          {counted(waiting, "queued one waits", "queued ones wait")} until you resume.
        </p>
      }
      keep="Let it run"
      confirm="Pause everything"
      busy="Pausing…"
    >
      Pause everything
    </ConfirmCallButton>
  );
}
