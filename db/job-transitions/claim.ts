import { sql } from "drizzle-orm";
import { execute, toRow } from "../client";
import type { WaitingFor } from "../job-status";
import { type Model, models, type PromptJob, promptJobs } from "../schema";
import type { Limits } from "./take";

/** The holder of a job: only its token may record what came of the claim. */
export type Claim = { jobId: number; claimToken: string };

export type ClaimResult =
  | { outcome: "claimed"; job: PromptJob; model: Model; question: string; promptVersion: number }
  | { outcome: "waiting"; job: PromptJob; waitingFor: WaitingFor | null }
  | { outcome: "not_queued" | "skipped"; job: PromptJob };

/**
 * Claims a queued job if it is due, its prompt and model are on, every limit has a place, and the call
 * is expected to keep within the day's budget, if there is one; see the function claim_job in
 * migrations/. The lease is by the database's clock. Null: no such job.
 * Claiming again with the same token gives the same claim: the first reply may have been lost.
 */
export async function claimJob(
  claim: Claim,
  options: Limits & { leaseSeconds: number; dailyBudgetUsd?: string | undefined },
): Promise<ClaimResult | null> {
  const [row] = await execute<{
    outcome: ClaimResult["outcome"];
    waiting_for: WaitingFor | null;
    job: object;
    model: object;
    question: string;
    prompt_version: number;
  }>(sql`
    select c.outcome, c.waiting_for, to_jsonb(c.job) as job, to_jsonb(m) as model, p.question,
      p.version as prompt_version
    from claim_job(${claim.jobId}, ${claim.claimToken}::uuid, ${options.leaseSeconds}::int,
      ${options.maxJobs}::int, ${options.maxJobsPerOwner}::int,
      ${options.dailyBudgetUsd ?? null}::numeric) c
    left join prompts p on p.id = (c.job).prompt_id
    left join models m on m.id = (c.job).model_id`);
  if (!row) return null;
  const job = toRow(promptJobs, row.job);
  switch (row.outcome) {
    case "claimed":
      return {
        outcome: "claimed",
        job,
        model: toRow(models, row.model),
        question: row.question,
        promptVersion: row.prompt_version,
      };
    case "waiting":
      return { outcome: "waiting", job, waitingFor: row.waiting_for };
    default:
      return { outcome: row.outcome, job };
  }
}
