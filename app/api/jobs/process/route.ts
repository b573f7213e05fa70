import { after } from "next/server";
import { z } from "zod";
import { id } from "@/lib/http/inputs";
import { processReplies, processReply } from "@/lib/http/process-reply";
import { apiRoute } from "@/lib/http/route";
import { processJob } from "@/lib/jobs/process";
import { deliverIfTold } from "@/lib/webhooks/tell";

export const maxDuration = 300;

const jobIds = z
  .array(id)
  .min(1, { error: "must name at least one job" })
  .max(64, { error: "must name at most 64 jobs" })
  .refine((ids) => new Set(ids).size === ids.length, { error: "must not name a job twice" });

const body = z
  .strictObject({ jobId: id.optional(), jobIds: jobIds.optional() })
  .refine((sent) => (sent.jobId === undefined) !== (sent.jobIds === undefined), {
    path: ["jobId"],
    error: "give either jobId or jobIds",
  });

export const POST = apiRoute("operator", { body, sweep: "never" }, async (call) => {
  const { body, env, startedAtMs } = call;
  after(() => deliverIfTold(env, startedAtMs + maxDuration * 1000));
  if (body.jobId !== undefined) return processReply(await processJob(body.jobId, env));
  const all = (body.jobIds ?? []).map((id) => processJob(id, env));
  return processReplies(await Promise.allSettled(all));
});
