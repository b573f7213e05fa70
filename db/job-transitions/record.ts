import { type SQL, sql } from "drizzle-orm";
import { execute } from "../client";
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

export type Answer = {
  promptVersion: number;
  instructionsVersion: number;
  parserVersion: number;
  rawText: string;
  answer: string;
  /** Best first; keys are unique. */
  entities: readonly { name: string; key: string }[];
  settings: object;
};

/** What the outcome made of the job. */
export type Recorded = { status: JobStatus; scheduledFor: string; entityId: number | null };

type RecordedRow = { status: JobStatus; scheduled_for: string; entity_id: number | null };

function toRecorded(rows: RecordedRow[]): Recorded | null {
  const [row] = rows;
  if (!row) return null;
  return {
    status: row.status,
    scheduledFor: new Date(row.scheduled_for).toISOString(),
    entityId: row.entity_id,
  };
}

const holds = ({ jobId, claimToken }: Claim) =>
  sql`id = ${jobId} and claim_token = ${claimToken}::uuid and status = 'processing'`;

/** Sets every outcome makes: the claim ends, and what the attempt cost is added up. */
const endClaim = (facts: AttemptFacts) => sql`
  version = version + 1, claim_token = null, lease_expires_at = null,
  input_tokens = ${facts.inputTokens}::int, output_tokens = ${facts.outputTokens}::int,
  cost_usd = case when ${facts.costUsd}::numeric is null then cost_usd
    else coalesce(cost_usd, 0) + ${facts.costUsd}::numeric end`;

/** Writes the attempt of the row in `ended`. */
const insertAttempt = (
  { claimToken }: Claim,
  outcome: AttemptOutcome,
  facts: AttemptFacts,
  error: JobError | null,
): SQL => sql`
  insert into job_attempts (job_id, attempt, claim_token, started_at, finished_at, outcome,
    error_code, error_message, http_status, provider_request_id, returned_model,
    input_tokens, cached_input_tokens, output_tokens, cost_usd, latency_ms, may_have_been_paid)
  select id, claim_count, ${claimToken}::uuid, started_at, clock_timestamp(), ${outcome},
    ${error?.errorCode ?? null}, ${error?.errorMessage ?? null}, ${facts.httpStatus}::int,
    ${facts.providerRequestId}, ${facts.returnedModel}, ${facts.inputTokens}::int,
    ${facts.cachedInputTokens}::int, ${facts.outputTokens}::int, ${facts.costUsd}::numeric,
    ${facts.latencyMs}::int, ${error?.mayHaveBeenPaid ?? false}
  from ended`;

/**
 * The row as `ended` left it, else as it is, where this very claim already recorded this outcome
 * (whoever cancelled or rescued it wrote an attempt under its token too, of another outcome).
 */
const endedOrRecordedBefore = ({ jobId, claimToken }: Claim, outcome: AttemptOutcome): SQL => sql`
  select status, scheduled_for, entity_id from ended
  union all
  select j.status, j.scheduled_for, j.entity_id from prompt_jobs j
  where j.id = ${jobId} and not exists (select from ended) and exists (
    select from job_attempts a
    where a.job_id = j.id and a.claim_token = ${claimToken}::uuid
      and a.outcome = ${outcome})`;

/** Stores the answer and its entities. Null: the claim was lost, nothing is stored. */
export async function succeedJob(
  claim: Claim,
  answer: Answer,
  facts: AttemptFacts,
): Promise<Recorded | null> {
  const names = answer.entities.map(({ name, key }, index) => ({ name, key, rank: index + 1 }));
  // An entity that another answer is creating right now isn't in this statement's snapshot: only
  // then the conflict's update runs, to give us its id. In order of key, so that no two deadlock.
  const rows = await execute<RecordedRow>(sql`
    with held as (
      select id from prompt_jobs where ${holds(claim)} for update
    ), named as (
      select n.* from held
      cross join jsonb_to_recordset(${JSON.stringify(names)}::jsonb) as n(name text, key text, rank smallint)
    ), known as (
      select e.id, e.key from entities e join named using (key)
    ), made as (
      insert into entities (key, name)
      select key, name from named where key not in (select key from known) order by key
      on conflict (key) do update set key = excluded.key
      returning id, key
    ), entity as (
      select named.rank, named.name, coalesce(known.id, made.id) as id
      from named left join known using (key) left join made using (key)
    ), ended as (
      update prompt_jobs set status = 'succeeded', error_code = null, error_message = null,
        finished_at = clock_timestamp(), entity_id = (select id from entity where rank = 1),
        ${endClaim(facts)}
      where ${holds(claim)} and id in (select id from held)
      returning *
    ), attempt as (
      ${insertAttempt(claim, "succeeded", facts, null)}
    ), response as (
      insert into responses (job_id, prompt_id, model_id, owner_id, batch_key, run_index, attempt,
        claim_token, prompt_version, instructions_version, parser_version, outcome, raw_text, answer,
        entity_id, returned_model, provider_request_id, settings, input_tokens, cached_input_tokens,
        output_tokens, cost_usd, latency_ms)
      select id, prompt_id, model_id, owner_id, batch_key, run_index, claim_count,
        ${claim.claimToken}::uuid, ${answer.promptVersion}::int, ${answer.instructionsVersion}::int,
        ${answer.parserVersion}::int, case when entity_id is null then 'none' else 'named' end,
        ${answer.rawText}, ${answer.answer}, entity_id, ${facts.returnedModel},
        ${facts.providerRequestId}, ${JSON.stringify(answer.settings)}::jsonb,
        ${facts.inputTokens}::int, ${facts.cachedInputTokens}::int, ${facts.outputTokens}::int,
        ${facts.costUsd}::numeric, ${facts.latencyMs}::int
      from ended
      returning id
    ), ranked as (
      insert into response_entities (response_id, rank, entity_id, name)
      select response.id, entity.rank, entity.id, entity.name from response cross join entity
    )
    ${endedOrRecordedBefore(claim, "succeeded")}`);
  return toRecorded(rows);
}

/** Ends the job: no retry mends this, or none is left. Null: the claim was lost. */
export async function failJob(
  claim: Claim,
  error: JobError,
  facts: AttemptFacts,
): Promise<Recorded | null> {
  const rows = await execute<RecordedRow>(sql`
    with ended as (
      update prompt_jobs set status = 'failed', finished_at = clock_timestamp(),
        error_code = ${error.errorCode}, error_message = ${error.errorMessage}, ${endClaim(facts)}
      where ${holds(claim)}
      returning *
    ), attempt as (
      ${insertAttempt(claim, "failed", facts, error)}
    )
    ${endedOrRecordedBefore(claim, "failed")}`);
  return toRecorded(rows);
}

/**
 * Puts the job back to be tried again after `delayMs`, by the database's clock. `usesAttempt: false`
 * gives the attempt back: the provider or the account was to blame, not the call. Null: claim lost.
 */
export async function retryJob(
  claim: Claim,
  error: JobError,
  facts: AttemptFacts,
  { delayMs, usesAttempt }: { delayMs: number; usesAttempt: boolean },
): Promise<Recorded | null> {
  const outcome = usesAttempt ? "retried" : "waited";
  const rows = await execute<RecordedRow>(sql`
    with ended as (
      update prompt_jobs set status = 'queued', dispatched_at = null,
        scheduled_for = clock_timestamp() + ${delayMs}::double precision * interval '1 millisecond',
        attempt_count = attempt_count - ${usesAttempt ? 0 : 1}::int,
        error_code = ${error.errorCode}, error_message = ${error.errorMessage}, ${endClaim(facts)}
      where ${holds(claim)}
      returning *
    ), attempt as (
      ${insertAttempt(claim, outcome, facts, error)}
    )
    ${endedOrRecordedBefore(claim, outcome)}`);
  return toRecorded(rows);
}
