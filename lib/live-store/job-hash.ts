import { z } from "zod";
import { ATTEMPT_OUTCOMES, JOB_STATUSES, WAITING_FOR } from "@/db/job-status";
import type { JobState } from "@/lib/jobs/describe-job";

// A job as a Redis hash: a field for each field of the job, in words that a person can read. What is
// null is empty; what has parts is JSON.

const number = z.codec(z.string().min(1), z.number(), { decode: Number, encode: String });

/** As Postgres keeps it. */
const version = z.codec(z.string().min(1), z.int32(), { decode: Number, encode: String });

const orNull = <T>(codec: z.ZodType<T, string>) =>
  z.codec(z.string(), z.union([z.null(), codec]), {
    decode: (field) => (field === "" ? null : field),
    encode: (value) => value ?? "",
  });

const json = <T extends z.ZodType>(schema: T) =>
  z.codec(z.string(), schema, {
    decode: (field, context) => {
      try {
        return JSON.parse(field);
      } catch {
        context.issues.push({ code: "invalid_format", format: "json", input: field });
        return z.NEVER;
      }
    },
    encode: (value) => JSON.stringify(value),
  });

const text = z.string();
const nullableNumber = z.number().nullable();

const hash = z.object({
  jobId: number,
  promptId: number,
  modelId: number,
  runIndex: number,
  batchKey: text,
  ownerId: orNull(text),
  version,
  status: z.enum(JOB_STATUSES),
  waitingFor: orNull(z.enum(WAITING_FOR)),
  progress: number,
  attemptCount: number,
  maxAttempts: number,
  errorCode: orNull(text),
  errorMessage: orNull(text),
  scheduledFor: text,
  startedAt: orNull(text),
  finishedAt: orNull(text),
  createdAt: text,
  entityId: orNull(number),
  metrics: json(
    z.object({
      executionSeconds: nullableNumber,
      inputTokens: nullableNumber,
      outputTokens: nullableNumber,
      costUsd: nullableNumber,
    }),
  ),
  prompt: json(z.object({ id: z.number(), slug: text, question: text })),
  model: json(z.object({ id: z.number(), provider: text, name: text, label: text })),
  attempts: json(
    z.array(
      z.object({
        attempt: z.number(),
        startedAt: text,
        finishedAt: text,
        outcome: z.enum(ATTEMPT_OUTCOMES),
        errorCode: text.nullable(),
        errorMessage: text.nullable(),
        httpStatus: nullableNumber,
        costUsd: nullableNumber,
        mayHaveBeenPaid: z.boolean(),
      }),
    ),
  ),
  result: json(
    z
      .object({
        answer: text,
        entities: z.array(z.object({ id: z.number(), name: text, rank: z.number() })),
      })
      .nullable(),
  ),
  /** When it was written, milliseconds since 1970 by the writer's clock. */
  writtenAt: z.codec(z.string(), z.number(), {
    decode: (field) => Date.parse(field),
    encode: (ms) => new Date(ms).toISOString(),
  }),
});

/** The fields of a job's hash, as Redis keeps them. */
export function toHash({ job, attempts, result }: JobState, writtenAtMs: number) {
  return z.encode(hash, { ...job, attempts, result, writtenAt: writtenAtMs });
}

/** Null: it isn't whole, or isn't ours. */
export function fromHash(
  fields: Record<string, string>,
): { state: JobState; writtenAtMs: number } | null {
  const read = z.safeDecode(hash, fields as z.input<typeof hash>);
  if (!read.success) return null;
  const { attempts, result, writtenAt, ...job } = read.data;
  return { state: { job, attempts, result }, writtenAtMs: writtenAt };
}
