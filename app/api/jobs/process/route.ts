import { z } from "zod";
import { id } from "@/lib/http/inputs";
import { processReply } from "@/lib/http/process-reply";
import { operatorRoute } from "@/lib/http/route";
import { processJob } from "@/lib/jobs/process";

export const maxDuration = 300;

const body = z.strictObject({ jobId: id });

export const POST = operatorRoute({ body, sweepsItself: true }, async ({ body, env }) =>
  processReply(await processJob(body.jobId, env)),
);
