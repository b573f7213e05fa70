import type { Processed } from "@/lib/jobs/process";
import { errorBody } from "./error-reply";
import { reply } from "./reply";

/** What `/api/jobs/process` answers for one job: 202 where it must still wait, else 200. */
export function processReply(processed: Processed): Response {
  return reply(describe(processed), { status: processed.outcome === "waiting" ? 202 : 200 });
}

/** What it answers for several: always 200, with each one's own reply in order, errors included. */
export function processReplies(all: readonly PromiseSettledResult<Processed>[]): Response {
  const results = all.map((one) =>
    one.status === "fulfilled" ? describe(one.value) : errorBody(one.reason).body,
  );
  return reply({ success: true, results });
}

function describe(processed: Processed): object {
  const { jobId } = processed;
  switch (processed.outcome) {
    case "succeeded":
      return { success: true, jobId, status: "succeeded", entityId: processed.entityId };
    case "failed":
      return { success: false, jobId, status: "failed", ...toError(processed.error) };
    case "retried": {
      const { retryAt, error } = processed;
      return { success: false, jobId, status: "queued", retryAt, ...toError(error) };
    }
    case "paused":
      return {
        success: false,
        jobId,
        status: "queued",
        waitingFor: "paused",
        retryAt: null,
        ...toError(processed.error),
      };
    case "taken_over": {
      const { status } = processed;
      const message = `Job ${status} meanwhile; this call's answer was not stored`;
      return { success: true, jobId, status, message };
    }
    case "not_queued": {
      const { status } = processed;
      return { success: true, jobId, status, message: `Job already ${status}` };
    }
    case "waiting": {
      const { waitingFor } = processed;
      return { success: true, jobId, status: "queued", waitingFor };
    }
    case "skipped":
      return { success: true, jobId, status: "skipped", errorCode: processed.errorCode };
  }
}

function toError({ errorCode, errorMessage }: { errorCode: string; errorMessage: string }) {
  return { errorCode, error: errorMessage };
}
