import { after } from "next/server";
import { z } from "zod";
import { isFinal } from "@/db/job-status";
import { idText } from "@/lib/http/inputs";
import { jobReply } from "@/lib/http/job-reply";
import { apiRoute } from "@/lib/http/route";
import { statusOfJob } from "@/lib/jobs/status";
import { sweepIfStale } from "@/lib/jobs/sweep-and-dispatch";

const schemas = { params: z.object({ jobId: idText }), sweep: "never" } as const;

export const GET = apiRoute("read", schemas, async ({ params, sight, env, startedAtMs }) => {
  const state = await statusOfJob(params.jobId, sight, env);
  // A final job may be read often, from Redis alone, and has no use for a sweep.
  if (!isFinal(state.job.status)) after(() => sweepIfStale(env, startedAtMs));
  return jobReply(state);
});
