import type { Processed } from "@/lib/jobs/process";
import { reply } from "./reply";

/** What `/api/jobs/process` answers: 202 where the job must still wait, else 200. */
export function processReply(processed: Processed): Response {
  const { jobId } = processed;
  switch (processed.outcome) {
    case "succeeded":
      return reply({ success: true, jobId, status: "succeeded", entityId: processed.entityId });
    case "failed":
      return reply({ success: false, jobId, status: "failed", ...toError(processed.error) });
    case "retried": {
      const { retryAt, error } = processed;
      return reply({ success: false, jobId, status: "queued", retryAt, ...toError(error) });
    }
    case "paused":
      return reply({
        success: false,
        jobId,
        status: "queued",
        waitingFor: "paused",
        retryAt: null,
        ...toError(processed.error),
      });
    case "taken_over": {
      const { status } = processed;
      const message = `Job ${status} meanwhile; this call's answer was not stored`;
      return reply({ success: true, jobId, status, message });
    }
    case "not_queued": {
      const { status } = processed;
      return reply({ success: true, jobId, status, message: `Job already ${status}` });
    }
    case "waiting": {
      const { waitingFor } = processed;
      return reply({ success: true, jobId, status: "queued", waitingFor }, { status: 202 });
    }
    case "skipped":
      return reply({ success: true, jobId, status: "skipped", errorCode: processed.errorCode });
  }
}

function toError({ errorCode, errorMessage }: { errorCode: string; errorMessage: string }) {
  return { errorCode, error: errorMessage };
}
