import { sql } from "drizzle-orm";
import { execute } from "../client";
import { type AttemptOutcome, PRIORITY } from "../job-status";
import { entitiesOfNamed } from "./named-entities";

/** An attempt of a job that never ran. Times are ISO 8601; the job's own are those of its last attempt. */
export type PastAttempt = {
  startedAt: string;
  finishedAt: string;
  outcome: AttemptOutcome;
  errorCode: string | null;
  errorMessage: string | null;
  returnedModel: string | null;
  inputTokens: number | null;
  cachedInputTokens: number | null;
  outputTokens: number | null;
  costUsd: number | null;
  latencyMs: number;
};

export type PastJob = {
  promptId: number;
  modelId: number;
  runIndex: number;
  batchKey: string;
  createdAt: string;
  /** First to last. */
  attempts: readonly [PastAttempt, ...PastAttempt[]];
  /** Null: it failed, as its last attempt says. */
  answer: {
    promptVersion: number;
    instructionsVersion: number;
    parserVersion: number;
    rawText: string;
    answer: string;
    /** Best first; keys are unique. */
    entities: readonly { name: string; key: string }[];
    settings: object;
  } | null;
};

/**
 * Writes final jobs with their attempts and answers, as if a scheduled window had run long ago. A job that
 * is there already stays as it is, and so do those of a cell that was pruned: their answers are there.
 * Returns how many are new.
 */
export async function recordPastJobs(jobs: readonly PastJob[]): Promise<number> {
  const [row] = await execute<{ made: number }>(sql`
    with past as materialized (
      select p.*, gen_random_uuid() as token, jsonb_array_length(attempts) as claims,
        attempts -> -1 as final, pr.owner_id
      from jsonb_to_recordset(${JSON.stringify(jobs)}::jsonb) as p("promptId" bigint, "modelId" bigint,
        "runIndex" int, "batchKey" text, "createdAt" timestamptz, attempts jsonb, answer jsonb)
      join prompts pr on pr.id = p."promptId"
      where not exists (
          select from prompt_jobs j where j.prompt_id = p."promptId" and j.batch_key = p."batchKey"
            and j.model_id = p."modelId" and j.run_index = p."runIndex")
        and not exists (
          select from batch_cells c where c.prompt_id = p."promptId" and c.batch_key = p."batchKey"
            and c.model_id = p."modelId")
    ), named as materialized (
      select token, e.name, e.key, n as rank from past
      cross join lateral rows from (
        jsonb_to_recordset(answer -> 'entities') as (name text, key text)
      ) with ordinality as e(name, key, n)
    ), ${entitiesOfNamed}, entity as (
      select named.*, entity_of.id from named join entity_of using (key)
    ), made as (
      insert into prompt_jobs (prompt_id, model_id, run_index, batch_key, owner_id, scheduled, priority,
        status, version, error_code, error_message, attempt_count, claim_count, created_at, scheduled_for,
        dispatched_at, started_at, finished_at, entity_id, input_tokens, output_tokens, cost_usd)
      select "promptId", "modelId", "runIndex", "batchKey", owner_id, true, ${PRIORITY.scheduled}::smallint,
        case when final ->> 'errorCode' is null then 'succeeded' else 'failed' end, 1 + 2 * claims,
        final ->> 'errorCode', final ->> 'errorMessage', claims, claims, "createdAt",
        case when claims = 1 then "createdAt" else (final ->> 'startedAt')::timestamptz end,
        (final ->> 'startedAt')::timestamptz, (final ->> 'startedAt')::timestamptz,
        (final ->> 'finishedAt')::timestamptz, first.id, (final ->> 'inputTokens')::int,
        (final ->> 'outputTokens')::int,
        (select sum((a ->> 'costUsd')::numeric) from jsonb_array_elements(attempts) a)
      from past left join entity first on first.token = past.token and first.rank = 1
      order by "createdAt", "promptId", "modelId", "runIndex"
      on conflict do nothing
      returning id, prompt_id, model_id, run_index, batch_key, entity_id
    ), job as materialized (
      select made.id, made.entity_id, past.* from made join past on past."promptId" = made.prompt_id
        and past."modelId" = made.model_id and past."runIndex" = made.run_index
        and past."batchKey" = made.batch_key
    ), attempt as (
      insert into job_attempts (job_id, attempt, model_id, claim_token, started_at, finished_at, outcome,
        error_code, error_message, returned_model, input_tokens, cached_input_tokens, output_tokens,
        cost_usd, latency_ms)
      select job.id, a.n, job."modelId", case when a.n = claims then token else gen_random_uuid() end,
        "startedAt", "finishedAt", outcome, "errorCode", "errorMessage", "returnedModel", "inputTokens",
        "cachedInputTokens", "outputTokens", "costUsd", "latencyMs"
      from job cross join lateral rows from (
        jsonb_to_recordset(attempts) as ("startedAt" timestamptz, "finishedAt" timestamptz, outcome text,
          "errorCode" text, "errorMessage" text, "returnedModel" text, "inputTokens" int,
          "cachedInputTokens" int, "outputTokens" int, "costUsd" numeric, "latencyMs" int)
      ) with ordinality as a("startedAt", "finishedAt", outcome, "errorCode", "errorMessage",
        "returnedModel", "inputTokens", "cachedInputTokens", "outputTokens", "costUsd", "latencyMs", n)
    ), response as (
      insert into responses (job_id, prompt_id, model_id, owner_id, batch_key, run_index, attempt,
        claim_token, prompt_version, instructions_version, parser_version, outcome, raw_text, answer,
        entity_id, returned_model, settings, input_tokens, cached_input_tokens, output_tokens, cost_usd,
        latency_ms, answered_at)
      select id, "promptId", "modelId", owner_id, "batchKey", "runIndex", claims, token,
        (answer ->> 'promptVersion')::int, (answer ->> 'instructionsVersion')::int,
        (answer ->> 'parserVersion')::int, case when entity_id is null then 'none' else 'named' end,
        answer ->> 'rawText', answer ->> 'answer', entity_id, final ->> 'returnedModel',
        answer -> 'settings', (final ->> 'inputTokens')::int, (final ->> 'cachedInputTokens')::int,
        (final ->> 'outputTokens')::int, (final ->> 'costUsd')::numeric, (final ->> 'latencyMs')::int,
        (final ->> 'finishedAt')::timestamptz
      from job where jsonb_typeof(answer) = 'object' order by id
      returning id, claim_token
    ), ranked as (
      insert into response_entities (response_id, rank, entity_id, name)
      select response.id, entity.rank, entity.id, entity.name
      from response join entity on entity.token = response.claim_token
    )
    select count(*) as made from made`);
  return row?.made ?? 0;
}
