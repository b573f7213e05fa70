"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";
import * as z from "zod/mini";
import { isFinal, JOB_STATUSES, type JobStatus } from "@/db/job-status";
import { LiveMark } from "../../../ui/live/live-mark";
import { useLive } from "../../../ui/live/use-live";

const state = z.object({ version: z.number(), status: z.enum(JOB_STATUSES) });

/** The stream sends the job, the API has it in a reply. */
const message = z.union([z.object({ job: state }), state]);

const schema = {
  parse: (json: unknown) => {
    const read = message.parse(json);
    return "job" in read ? read.job : read;
  },
};

/** What a queued job waits for changes without a version of its own. */
const LOOK_AGAIN_MS = 5_000;

/** Reads the page anew when its job moves, and says how fresh it is; nothing once it is final. */
export function LiveJob({
  jobId,
  version,
  status,
}: {
  jobId: number;
  version: number;
  status: JobStatus;
}) {
  const router = useRouter();
  const { shown, state: freshness } = useLive({
    path: `/api/jobs/status/${jobId}`,
    initial: { version, status },
    schema,
    // A restart that the page has seen goes before a final state that the stream told of earlier.
    isOver: (job) => isFinal(job.status) && job.version >= version,
  });
  useEffect(() => {
    if (shown.version > version) router.refresh();
  }, [shown.version, version, router]);
  const isWaiting = status === "queued" && freshness === "live";
  useEffect(() => {
    if (!isWaiting) return;
    const timer = setInterval(() => {
      if (!document.hidden) router.refresh();
    }, LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [isWaiting, router]);
  return isFinal(status) ? null : <LiveMark state={freshness} />;
}
