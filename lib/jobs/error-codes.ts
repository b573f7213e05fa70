import { PROVIDER_ERROR_CODES } from "@/lib/models/outcome";

/** Every code that a job's `errorCode` can hold: a call's failure, or what ended it without one. */
export const JOB_ERROR_CODES = [
  ...PROVIDER_ERROR_CODES,
  "lost",
  "prompt_inactive",
  "model_inactive",
  "superseded",
  "budget_exceeded",
  "unpriced",
  "cancelled",
] as const;
