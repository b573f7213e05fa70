import { z } from "zod";
import { JOB_STATUSES } from "@/db/job-status";
import { idText, text } from "@/lib/http/inputs";
import { JOB_ERROR_CODES } from "@/lib/jobs/error-codes";
import type { JobsAddress } from "./address";

const orNothing = <T extends z.ZodType>(schema: T) => schema.nullable().catch(null);

const address = z.object({
  status: orNothing(z.enum(JOB_STATUSES)),
  batch: orNothing(text(200)),
  model: orNothing(idText),
  error: orNothing(z.enum(JOB_ERROR_CODES)),
  question: orNothing(text(200)),
  cursor: orNothing(idText),
  from: orNothing(idText),
});

/** In: a page's `searchParams`. Out: what they ask for; what makes no sense there asks for nothing. */
export function readAddress(params: Record<string, string | string[] | undefined>): JobsAddress {
  const read = address.parse(params);
  return { ...read, from: read.cursor === null ? 1 : (read.from ?? 1) };
}
