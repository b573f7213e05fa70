import { type AskedJob, type AskedSets, findAskedSets, tallyAnswers } from "@/db/answer-queries";
import { isFinal, type JobStatus } from "@/db/job-status";
import type { Caller } from "@/lib/auth/caller";
import type { Environment } from "@/lib/env";
import { ApiError } from "@/lib/errors";
import { type Run, runPrompt, runUnlessAsked } from "@/lib/jobs/run";
import { type PromptRef, resolvePrompt } from "@/lib/prompts/prompts";
import { type ConfidenceLevel, confidenceOf } from "./confidence";

/** A prompt's answer now, or what became of asking for it. */
export type Answer = { slug: string } & (
  | {
      status: "ready";
      /** Null: no answer names anything. */
      entity: { id: number; name: string } | null;
      confidence: number | null;
      confidenceLevel: ConfidenceLevel | null;
      /** How many valid answers that comes from. */
      runs: number;
      answeredAt: Date;
    }
  | { status: "failed"; jobIds: number[]; errorCode: string | null }
  | { status: "in_flight"; jobs: readonly AskedJob[]; created: number }
);

/**
 * What the prompt's newest set of the present window answers; else that a set is in flight, or that the
 * last one ended without an answer; else runs the prompt. Asking again never adds a job: not while
 * they run, nor after they failed. `force` runs it whatever there is. Throws as `runPrompt` does, and
 * ForbiddenError where it would run the prompt for a caller who may only look.
 */
export async function answerPrompt(
  ref: PromptRef,
  options: { caller: Caller; force: boolean; mayRun: boolean },
  env: Environment,
): Promise<Answer> {
  const { caller, force, mayRun } = options;
  const { id, slug } = await resolvePrompt(ref, caller);
  if (force) {
    if (!mayRun) throw mayOnlyLook();
    const request = { force, modelIds: null, runs: null };
    return inFlight(slug, await runPrompt(id, request, { caller, idempotencyKey: null }, env));
  }
  const found = await answerOf(await findAskedSets(id), slug);
  if (found) return found;
  if (!mayRun) throw mayOnlyLook();
  const made = await runUnlessAsked(id, caller, env);
  if (made !== "asked_already") return inFlight(slug, made);
  const foundNow = await answerOf(await findAskedSets(id), slug);
  if (foundNow) return foundNow;
  // The window ended, or the question changed, between the two looks.
  return answerPrompt(ref, options, env);
}

function mayOnlyLook(): ApiError {
  return new ApiError(
    "ForbiddenError",
    "There is no answer yet, and this call may not ask for one: it takes an API key with the scope run, or one of our own pages",
  );
}

/** Null: the prompt has no set to speak of. */
async function answerOf({ newest, active }: AskedSets, slug: string): Promise<Answer | null> {
  const isOver = newest?.every((job) => isFinal(job.status)) ?? false;
  const tally = newest && isOver ? await tallyAnswers(newest.map((job) => job.jobId)) : null;
  if (tally) {
    const [first, second] = tally.leaders;
    return {
      slug,
      status: "ready",
      entity: first ? { id: first.id, name: first.name } : null,
      ...(first
        ? confidenceOf(first.named, second?.named ?? 0, tally.answers)
        : { confidence: null, confidenceLevel: null }),
      runs: tally.answers,
      answeredAt: tally.answeredAt,
    };
  }
  if (active) return { slug, status: "in_flight", jobs: active, created: 0 };
  if (!newest) return null;
  const jobIds = newest.map((job) => job.jobId);
  return { slug, status: "failed", jobIds, errorCode: mostFrequentError(newest) };
}

function inFlight(slug: string, { jobs, created }: Run): Answer {
  return {
    slug,
    status: "in_flight",
    jobs: jobs.map(({ jobId, status }) => ({ jobId, status, errorCode: null })),
    created,
  };
}

function mostFrequentError(jobs: readonly AskedJob[]): string | null {
  const counts = new Map<string, number>();
  for (const { errorCode } of jobs) {
    if (errorCode !== null) counts.set(errorCode, (counts.get(errorCode) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return most?.[0] ?? null;
}

/** A set as one state: waiting while all its jobs wait, else under way. */
export function statusOfSet(jobs: readonly AskedJob[]): JobStatus {
  return jobs.every((job) => job.status === "queued") ? "queued" : "processing";
}
