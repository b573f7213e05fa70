import { z } from "zod";
import { JOB_STATUSES } from "@/db/job-status";
import { idText, page, text } from "@/lib/http/inputs";
import { reply } from "@/lib/http/reply";
import { operatorRoute } from "@/lib/http/route";
import { JOB_ERROR_CODES } from "@/lib/jobs/error-codes";
import { statusOfJobs } from "@/lib/jobs/status";

const query = z.strictObject({
  jobId: idText.optional(),
  batchKey: text(200).optional(),
  promptId: idText.optional(),
  modelId: idText.optional(),
  status: z.enum(JOB_STATUSES).optional(),
  errorCode: z.enum(JOB_ERROR_CODES).optional(),
  ...page,
});

export const GET = operatorRoute({ query }, async ({ query, env }) => {
  const { limit, cursor, ...filter } = query;
  return reply({
    success: true,
    ...(await statusOfJobs(filter, { limit, before: cursor ?? null }, env)),
  });
});
