import type { JobStatus } from "@/db/job-status";
import { ConfirmCallButton } from "../../../ui/call-button";

/** What can be done with a job in its state. */
export function JobActions({ jobId, status }: { jobId: number; status: JobStatus }) {
  switch (status) {
    case "queued":
    case "processing":
      return (
        <ConfirmCallButton
          call={{ method: "POST", path: `/api/jobs/cancel/${jobId}` }}
          title={`Cancel job ${jobId}?`}
          body={
            status === "queued"
              ? "It is never asked. You can restart it later."
              : "It is being answered now: its call is stopped, but may still be charged. You can restart it later."
          }
          keep="Keep it"
          confirm="Cancel job"
          busy="Cancelling…"
          shortcut="c"
        >
          Cancel job
        </ConfirmCallButton>
      );
    case "failed":
    case "skipped":
    case "cancelled":
      return (
        <ConfirmCallButton
          call={{ method: "POST", path: `/api/jobs/restart/${jobId}` }}
          title={`Restart job ${jobId}?`}
          body="It is asked anew, before what is scheduled, with all its tries. Its calls may be charged again; the earlier ones stay listed."
          keep="Leave it"
          confirm="Restart job"
          confirmKind="primary"
          busy="Restarting…"
          shortcut="r"
        >
          Restart job
        </ConfirmCallButton>
      );
    case "succeeded":
      return null;
  }
}
