import { sql } from "drizzle-orm";
import { execute } from "@/db/client";
import type { Caller } from "@/lib/auth/caller";
import { environment } from "@/lib/env";
import { ApiError } from "@/lib/errors";
import { runPrompt, runUnlessAsked } from "@/lib/jobs/run";
import { forgetJobs } from "../claims";
import { makeModel, makePrompt } from "../factories";

// What the tests of runs on demand share.

export type Asked = {
  force?: boolean;
  modelIds?: number[];
  runs?: number;
  callerId?: string;
  idempotencyKey?: string;
  limit?: number;
};

const env = (limit: number) =>
  environment({
    DATABASE_URL: process.env.DATABASE_URL,
    CRON_SECRET: "0123456789abcdef",
    RUN_NOW_JOBS_PER_HOUR: String(limit),
  });

/** Runs a prompt, as the operator, or as an admin who sees all. */
export function run(promptId: number, asked: Asked = {}) {
  const { force = false, modelIds = null, runs = null, limit = 1_000 } = asked;
  const { callerId, idempotencyKey = null } = asked;
  const caller: Caller = callerId
    ? { kind: "user", userId: callerId, role: "admin", via: "session" }
    : { kind: "operator" };
  return runPrompt(promptId, { force, modelIds, runs }, { caller, idempotencyKey }, env(limit));
}

export const ask = (promptId: number) => runUnlessAsked(promptId, { kind: "operator" }, env(1_000));

/** The set that it made; throws where one was there. */
export async function askedFirst(promptId: number) {
  const made = await ask(promptId);
  if (made === "asked_already") throw new Error("somebody asked before");
  return made;
}

/** A prompt of so many models that no cron asks, two runs each, unless told otherwise. */
export async function promptOf(models: number, prompt: Parameters<typeof makePrompt>[1] = {}) {
  const made = await Promise.all(Array.from({ length: models }, () => makeModel()));
  const modelIds = made.map((model) => model.id).sort((a, b) => a - b);
  return { ...(await makePrompt(modelIds, { frequency: "manual", runs: 2, ...prompt })), modelIds };
}

export const idsOf = ({ jobs }: { jobs: { jobId: number }[] }) => jobs.map((job) => job.jobId);

/** The error that a call is refused with. */
export async function refusalOf(call: Promise<unknown>): Promise<ApiError> {
  const thrown = await call.catch((error: unknown) => error);
  if (thrown instanceof ApiError) return thrown;
  throw new Error(`not refused: ${JSON.stringify(thrown)}`);
}

/** Ends jobs, in whatever state they are. */
export async function end(jobIds: readonly number[]): Promise<void> {
  await execute(sql`update prompt_jobs set status = 'failed', claim_token = null,
    lease_expires_at = null, finished_at = now(), error_code = 'timeout'
    where id = any(${`{${jobIds.join(",")}}`}::bigint[])`);
}

export async function forgetRuns(): Promise<void> {
  await forgetJobs();
  await execute(sql`truncate run_requests`);
}
