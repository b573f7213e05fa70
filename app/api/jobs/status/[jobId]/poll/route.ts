import { z } from "zod";
import { JOB_STATUSES } from "@/db/job-status";
import { idText, wholeText } from "@/lib/http/inputs";
import { jobReply } from "@/lib/http/job-reply";
import { apiRoute } from "@/lib/http/route";
import { pollJob } from "@/lib/jobs/poll";

// Longer than the longest poll.
export const maxDuration = 90;

const schemas = {
  params: z.object({ jobId: idText }),
  query: z.strictObject({
    current_status: z.enum(JOB_STATUSES).optional(),
    timeout: wholeText(1, 60).default(30),
  }),
  sweep: "at once",
} as const;

export const GET = apiRoute("read", schemas, async ({ params, query, request, sight, env }) => {
  const from = { status: query.current_status ?? null, timeoutSeconds: query.timeout };
  const { changed, ...state } = await pollJob(
    params.jobId,
    from,
    { sight, signal: request.signal },
    env,
  );
  return jobReply(state, { changed });
});
