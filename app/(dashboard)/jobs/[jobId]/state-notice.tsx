import type { ReactNode } from "react";
import type { JobSurroundings } from "@/db/job-page-queries";
import type { JobDetail } from "@/db/job-queries";
import type { JobStatus } from "@/db/job-status";
import type { Role } from "@/db/schema";
import { cancelledBy, sentence, skippedSentence } from "@/lib/jobs/job-words";
import { waitingSentence } from "@/lib/jobs/waiting-sentence";
import { CallButton } from "../../../ui/call-button";
import { StatusGlyph } from "../../../ui/status-glyph";
import { Ticking } from "./ticking";

type Props = {
  job: JobDetail;
  surroundings: JobSurroundings;
  limits: { maxJobs: number; maxJobsPerOwner: number };
  viewer: { id: string; role: Role };
  reader: { timeZone: string; now: Date };
};

/** Why a job isn't answered: what it waits for, or what ended it. Nothing where all goes well. */
export function StateNotice(props: Props) {
  const { job, reader } = props;
  switch (job.status) {
    case "queued":
      return <Waiting {...props} />;
    case "failed":
      return (
        <Told status="failed" lead={`Failed after ${tries(job)}.`}>
          {job.errorMessage && sentence(job.errorMessage)}{" "}
          <code className="font-mono text-caption text-ink-2">{job.errorCode}</code>
        </Told>
      );
    case "skipped":
      return (
        <Told status="skipped" lead={skippedSentence(job, job.model.name, reader.now)}>
          <code className="font-mono text-caption text-ink-2">{job.errorCode}</code>
        </Told>
      );
    case "cancelled":
      return (
        <Told status="cancelled" lead="Cancelled.">
          {cancelledBy(job.errorMessage)}
        </Told>
      );
    case "processing":
    case "succeeded":
      return null;
  }
}

function Waiting({ job, surroundings, limits, viewer, reader }: Props) {
  const { lead, rest, until } = waitingSentence(
    {
      waitingFor: job.waitingFor,
      attemptCount: job.attemptCount,
      scheduledFor: job.scheduledFor,
      lastError: job.errorMessage,
      model: { ...job.model, ...surroundings.model },
      pause: surroundings.pause,
      limits,
      isOwn: job.ownerId === viewer.id,
    },
    reader,
  );
  const { pause } = surroundings;
  const mayResume = job.waitingFor === "paused" && pause !== null && viewer.role === "admin";
  return (
    <Told
      status="queued"
      lead={lead}
      action={
        mayResume && (
          <CallButton
            call={{
              method: "POST",
              path: "/api/jobs/queue/resume",
              body:
                pause.provider !== null
                  ? { provider: pause.provider }
                  : pause.modelId === null
                    ? {}
                    : { modelId: pause.modelId },
            }}
            busy="Resuming…"
          >
            Resume
          </CallButton>
        )
      }
    >
      {rest}
      {until && until > reader.now && (
        <>
          {" "}
          {job.waitingFor === null ? "Due" : "Next try"} in{" "}
          <Ticking until={until.toISOString()} loadedAtMs={reader.now.getTime()} />.
        </>
      )}
    </Told>
  );
}

const EDGES = {
  queued: "border-l-queued-fill text-queued-text",
  failed: "border-l-failed-fill text-failed-text",
  skipped: "border-l-skipped-fill text-skipped-text",
  cancelled: "border-l-cancelled-fill text-cancelled-text",
} as const satisfies Partial<Record<JobStatus, string>>;

function Told({
  status,
  lead,
  children,
  action,
}: {
  status: keyof typeof EDGES;
  lead: string;
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div
      className={`mb-6 flex flex-wrap items-center justify-between gap-x-6 gap-y-3 rounded-bar border border-l-[3px] bg-surface px-3 py-3 ${EDGES[status]}`}
    >
      <div className="flex min-w-0 gap-3">
        <span className="mt-0.5">
          <StatusGlyph status={status} />
        </span>
        <p className="wrap-anywhere max-w-[68ch] text-ink-2 text-small">
          <strong className="font-semibold text-ink">{lead}</strong> {children}
        </p>
      </div>
      {action}
    </div>
  );
}

function tries({ attemptCount, maxAttempts }: JobDetail): string {
  return `${attemptCount} of ${maxAttempts} ${maxAttempts === 1 ? "try" : "tries"}`;
}
