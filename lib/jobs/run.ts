import { randomUUID } from "node:crypto";
import {
  type RunOptions,
  type RunRequest,
  type RunResult,
  runPrompt as runNow,
} from "@/db/job-transitions/run";
import { tryAgain, WHILE_A_CALLER_WAITS_MS } from "@/db/retry";
import { type Caller, ownerIdOf } from "@/lib/auth/caller";
import type { Environment } from "@/lib/env";
import { ApiError, modelNotFound, promptNotFound } from "@/lib/errors";
import { type PromptRef, resolvePrompt } from "@/lib/prompts/prompts";

/** A set of jobs that was made, or joined. */
export type Run = Omit<Extract<RunResult, { outcome: "ran" }>, "outcome">;

/**
 * Runs a prompt now: joins its active set of the same models and runs whole, else (or with `force`)
 * makes one. A repeated idempotency key gives its first answer for 24 h. Throws PromptNotFoundError,
 * ModelNotFoundError, ConflictError (the prompt or a model is off; the key came with another body),
 * RateLimitedError.
 */
export async function runPrompt(
  ref: PromptRef,
  request: RunRequest,
  { caller, idempotencyKey }: { caller: Caller; idempotencyKey: string | null },
  env: Environment,
): Promise<Run & { message: string }> {
  const { id, slug } = await resolvePrompt(ref, caller);
  const options = { callerId: ownerIdOf(caller), idempotencyKey, unlessAsked: false };
  const result = await run(id, request, options, env);
  const { outcome: _, ...set } = madeOrJoined(result, ref, env);
  const message = set.created
    ? `Enqueued ${set.created} jobs for ${slug}`
    : `Joined ${set.joined} jobs for ${slug} that are in flight`;
  return { ...set, message };
}

/** Runs a prompt as `runPrompt` does, but makes nothing where it was asked in its present window. */
export async function runUnlessAsked(
  promptId: number,
  caller: Caller,
  env: Environment,
): Promise<Run | "asked_already"> {
  const request = { force: false, modelIds: null, runs: null };
  const options = { callerId: ownerIdOf(caller), idempotencyKey: null, unlessAsked: true };
  const result = await run(promptId, request, options, env);
  return result.outcome === "asked_already" ? result.outcome : madeOrJoined(result, promptId, env);
}

function run(
  promptId: number,
  request: RunRequest,
  options: Pick<RunOptions, "callerId" | "idempotencyKey" | "unlessAsked">,
  env: Environment,
): Promise<RunResult> {
  const batchKey = `run-${randomUUID()}`;
  const jobsPerHour = options.callerId === null ? null : env.RUN_NOW_JOBS_PER_HOUR;
  const all = { ...options, batchKey, jobsPerHour, maxAttempts: env.JOB_MAX_ATTEMPTS };
  return tryAgain(() => runNow(promptId, request, all), WHILE_A_CALLER_WAITS_MS);
}

function madeOrJoined(result: RunResult, ref: PromptRef, env: Environment) {
  switch (result.outcome) {
    case "ran":
      return result;
    case "prompt_not_found":
      throw promptNotFound(String(ref));
    case "model_not_found":
      throw modelNotFound(result.modelId);
    case "prompt_inactive":
      throw new ApiError("ConflictError", `Prompt ${ref} is switched off: switch it on to run it`);
    case "model_inactive":
      throw new ApiError("ConflictError", `Model ${result.modelId} is switched off`);
    case "no_active_model":
      throw new ApiError("ConflictError", `All models of prompt ${ref} are switched off`);
    case "other_request":
      throw new ApiError(
        "ConflictError",
        "This Idempotency-Key came with another body before: use a new key for another call",
      );
    case "rate_limited":
      throw new ApiError(
        "RateLimitedError",
        result.jobs > env.RUN_NOW_JOBS_PER_HOUR
          ? `These ${result.jobs} jobs are more than the ${env.RUN_NOW_JOBS_PER_HOUR} that one user may create in any hour (RUN_NOW_JOBS_PER_HOUR): ask fewer models, or fewer times`
          : `These ${result.jobs} jobs would pass the ${env.RUN_NOW_JOBS_PER_HOUR} that one user may create in an hour (RUN_NOW_JOBS_PER_HOUR)`,
        { retryAfterSeconds: result.retryAfterSeconds },
      );
    case "asked_already":
      throw new Error("run_prompt: asked_already without being asked for it");
  }
}
