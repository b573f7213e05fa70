import { sql } from "drizzle-orm";
import { execute } from "../client";
import type { Claim } from "./claim";
import { entitiesOfNamed } from "./named-entities";
import {
  type AttemptFacts,
  endClaim,
  endedOrRecordedBefore,
  holds,
  insertAttempt,
  type Recorded,
  type RecordedRow,
  settleCost,
  toRecorded,
} from "./outcome";

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

/** Stores the answer and its entities. Null: the claim was lost, nothing is stored. */
export async function succeedJob(
  claim: Claim,
  answer: Answer,
  facts: AttemptFacts,
): Promise<Recorded | null> {
  const names = answer.entities.map(({ name, key }, index) => ({ name, key, rank: index + 1 }));
  const rows = await execute<RecordedRow>(sql`
    with held as (
      select id from prompt_jobs where ${holds(claim)} for update
    ), named as (
      select n.* from held
      cross join jsonb_to_recordset(${JSON.stringify(names)}::jsonb) as n(name text, key text, rank smallint)
    ), ${entitiesOfNamed}, entity as (
      select named.rank, named.name, entity_of.id from named join entity_of using (key)
    ), ended as (
      update prompt_jobs set status = 'succeeded', error_code = null, error_message = null,
        finished_at = now(), entity_id = (select id from entity where rank = 1),
        ${endClaim(facts)}
      where ${holds(claim)} and id in (select id from held)
      returning *
    ), attempt as (
      ${insertAttempt(claim, "succeeded", facts, null)}
    ), cost as (
      ${settleCost(claim, facts, null)}
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
    ), closed as (
      -- The account works again; a call that began before it failed says nothing about that.
      delete from pauses circuit using ended, models m
      where m.id = ended.model_id and circuit.provider = m.provider and not circuit.manual
        and circuit.since <= ended.started_at
    )
    ${endedOrRecordedBefore(claim, "succeeded")}`);
  return toRecorded(rows);
}
