import { z } from "zod";
import { id } from "@/lib/http/inputs";
import { promptFields } from "@/lib/prompts/input";

/** The body that asks what asking would cost: a prompt of the caller's, one to be, or a mixture. */
export const estimateRequest = z
  .strictObject({
    promptId: id,
    question: promptFields.question,
    modelIds: promptFields.modelIds,
    runs: promptFields.runs,
    frequency: promptFields.frequency,
    points: z
      .number({ error: "must be a number of points" })
      .min(1, { error: "must be from 1 to 50" })
      .max(50, { error: "must be from 1 to 50" }),
    days: z
      .int({ error: "must be a whole number of days" })
      .min(1, { error: "must be from 1 to 366" })
      .max(366, { error: "must be from 1 to 366" }),
  })
  .partial();
