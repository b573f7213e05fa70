import { z } from "zod";
import { JOB_STATUSES } from "@/db/job-status";
import { JOB_ERROR_CODES } from "@/lib/jobs/error-codes";
import { id, idsText, idText, text } from "./inputs";

const shared = {
  batchKey: text(200).optional(),
  status: z.enum(JOB_STATUSES).optional(),
  errorCode: z.enum(JOB_ERROR_CODES).optional(),
};

/** Which jobs a query asks for. */
export const jobFilterQuery = {
  ...shared,
  jobId: idText.optional(),
  jobIds: idsText.optional(),
  after: idText.optional(),
  promptId: idText.optional(),
  modelId: idText.optional(),
};

/** Which jobs a change of many is about: something must be given, or it would be about all of them. */
export const jobFilter = z
  .strictObject({
    ...shared,
    promptId: id.optional(),
    modelId: id.optional(),
    jobIds: z.array(id).max(1_000, { error: "must name at most 1000 jobs" }).optional(),
  })
  .refine((filter) => Object.values(filter).some((value) => value !== undefined), {
    error: "give at least one of batchKey, promptId, modelId, status, errorCode, jobIds",
  });
