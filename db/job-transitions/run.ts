import { sql } from "drizzle-orm";
import { z } from "zod";
import { arrayLiteral, execute } from "../client";
import { JOB_STATUSES, PRIORITY } from "../job-status";

const runResult = z.discriminatedUnion("outcome", [
  z.object({
    outcome: z.literal("ran"),
    batchKey: z.string(),
    created: z.int(),
    joined: z.int(),
    jobs: z.array(
      z.object({
        jobId: z.int(),
        modelId: z.int(),
        runIndex: z.int(),
        status: z.enum(JOB_STATUSES),
      }),
    ),
  }),
  z.object({
    outcome: z.enum([
      "asked_already",
      "prompt_not_found",
      "prompt_inactive",
      "no_active_model",
      "other_request",
    ]),
  }),
  z.object({ outcome: z.enum(["model_not_found", "model_inactive"]), modelId: z.int() }),
  z.object({ outcome: z.literal("rate_limited"), jobs: z.int(), retryAfterSeconds: z.int() }),
]);

export type RunResult = z.output<typeof runResult>;

/** What to run: null is the prompt's own. `force`: a new set whatever is in flight. */
export type RunRequest = {
  force: boolean;
  modelIds: readonly number[] | null;
  runs: number | null;
};

export type RunOptions = {
  /** Names the set that this call makes, if it makes one: a repeated call finds its own. */
  batchKey: string;
  /** A user's id; null: the operator. */
  callerId: string | null;
  /** The most jobs that the caller may make in an hour; null: no limit. */
  jobsPerHour: number | null;
  idempotencyKey: string | null;
  /** Makes nothing where the prompt has a set in flight or in its present window. */
  unlessAsked: boolean;
  maxAttempts: number;
};

/**
 * Runs a prompt now: joins its active set of the same models and runs, else makes one; see the
 * function run_prompt in migrations/. Of any number of calls at once, one makes jobs.
 */
export async function runPrompt(
  promptId: number,
  request: RunRequest,
  options: RunOptions,
): Promise<RunResult> {
  const modelIds = request.modelIds && arrayLiteral(request.modelIds);
  const [row] = await execute<{ result: unknown }>(sql`
    select run_prompt(${promptId}::bigint, ${options.batchKey}, ${request.force},
      ${options.unlessAsked}, ${modelIds}::bigint[], ${request.runs}::int, ${options.callerId},
      ${options.idempotencyKey}, ${JSON.stringify(request)}::jsonb, ${PRIORITY.onDemand}::int,
      ${options.maxAttempts}::int, ${options.jobsPerHour}::int) as result`);
  return runResult.parse(row?.result);
}
