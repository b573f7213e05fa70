import { type SQL, sql } from "drizzle-orm";
import type { AttemptOutcome, JobStatus } from "../job-status";
import type { Claim } from "./claim";

// What came of a claim. Fenced by its token: whoever was rescued, cancelled or taken over meanwhile
// changes nothing and gets null. Job, attempt and answer are one statement, so all or nothing; when
// its reply was lost, saying it again is recognised by the attempt's token and changes nothing.

/** What an attempt left behind, whatever came of it. Unknown figures are null, never 0. */
export type AttemptFacts = {
  httpStatus: number | null;
  providerRequestId: string | null;
  returnedModel: string | null;
  inputTokens: number | null;
  cachedInputTokens: number | null;
  outputTokens: number | null;
  costUsd: number | null;
  latencyMs: number;
};

export type JobError = { errorCode: string; errorMessage: string; mayHaveBeenPaid: boolean };

/** What the outcome made of the job. */
export type Recorded = { status: JobStatus; scheduledFor: string; entityId: number | null };

export type RecordedRow = { status: JobStatus; scheduled_for: string; entity_id: number | null };

export function toRecorded(rows: RecordedRow[]): Recorded | null {
  const [row] = rows;
  if (!row) return null;
  return {
    status: row.status,
    scheduledFor: new Date(row.scheduled_for).toISOString(),
    entityId: row.entity_id,
  };
}

export const holds = ({ jobId, claimToken }: Claim) =>
  sql`id = ${jobId} and claim_token = ${claimToken}::uuid and status = 'processing'`;

/** Sets every outcome makes: the claim ends, and what the attempt cost is added up. */
export const endClaim = (facts: AttemptFacts) => sql`
  version = version + 1, claim_token = null, lease_expires_at = null,
  input_tokens = ${facts.inputTokens}::int, output_tokens = ${facts.outputTokens}::int,
  cost_usd = case when ${facts.costUsd}::numeric is null then cost_usd
    else coalesce(cost_usd, 0) + ${facts.costUsd}::numeric end`;

/** Writes the attempt of the row in `ended`. */
export const insertAttempt = (
  { claimToken }: Claim,
  outcome: AttemptOutcome,
  facts: AttemptFacts,
  error: JobError | null,
): SQL => sql`
  insert into job_attempts (job_id, attempt, model_id, claim_token, started_at, finished_at, outcome,
    error_code, error_message, http_status, provider_request_id, returned_model,
    input_tokens, cached_input_tokens, output_tokens, cost_usd, latency_ms, may_have_been_paid)
  select id, claim_count, model_id, ${claimToken}::uuid, started_at, now(), ${outcome},
    ${error?.errorCode ?? null}, ${error?.errorMessage ?? null}, ${facts.httpStatus}::int,
    ${facts.providerRequestId}, ${facts.returnedModel}, ${facts.inputTokens}::int,
    ${facts.cachedInputTokens}::int, ${facts.outputTokens}::int, ${facts.costUsd}::numeric,
    ${facts.latencyMs}::int, ${error?.mayHaveBeenPaid ?? false}
  from ended`;

/**
 * Settles what the call of the row in `ended` costs. Where nobody knows, what was reserved for it stays
 * spent if it may have been charged (an answer was), else it is free again.
 */
export const settleCost = (
  { claimToken }: Claim,
  { costUsd }: AttemptFacts,
  error: JobError | null,
): SQL => {
  const mayCost = error?.mayHaveBeenPaid ?? true;
  return sql`
  insert into call_costs (claim_token, day, prompt_id, model_id, owner_id, usd, settled)
  select ${claimToken}::uuid, (started_at at time zone 'utc')::date, prompt_id, model_id, owner_id,
    ${costUsd}::numeric, true
  from ended
  where ${costUsd === null ? mayCost : costUsd > 0}
    or exists (select from call_costs where claim_token = ${claimToken}::uuid)
  on conflict (claim_token) do update set settled = true,
    usd = coalesce(excluded.usd, case when ${mayCost} then call_costs.usd else 0 end)`;
};

/**
 * The row as `ended` left it, else as it is, where this very claim already recorded this outcome
 * (whoever cancelled or rescued it wrote an attempt under its token too, of another outcome).
 */
export const endedOrRecordedBefore = (
  { jobId, claimToken }: Claim,
  outcome: AttemptOutcome,
): SQL => sql`
  select status, scheduled_for, entity_id from ended
  union all
  select j.status, j.scheduled_for, j.entity_id from prompt_jobs j
  where j.id = ${jobId} and not exists (select from ended) and exists (
    select from job_attempts a
    where a.job_id = j.id and a.claim_token = ${claimToken}::uuid
      and a.outcome = ${outcome})`;

/** A probe that ended without an answer leaves its circuit open for the next sweep's. */
export const endProbe = sql`
  update pauses set probe_job_id = null where probe_job_id in (select id from ended)`;

export const milliseconds = (ms: number) => sql`${ms}::double precision * interval '1 millisecond'`;
