import { sql } from "drizzle-orm";
import { execute } from "../client";
import type { Claim } from "./claim";
import {
  type AttemptFacts,
  endClaim,
  endedOrRecordedBefore,
  endProbe,
  holds,
  insertAttempt,
  type JobError,
  milliseconds,
  type Recorded,
  type RecordedRow,
  settleCost,
  toRecorded,
} from "./outcome";

/**
 * Puts the job back to be tried again after `delayMs`, by the database's clock; the attempt is used
 * up. Null: the claim was lost.
 */
export async function retryJob(
  claim: Claim,
  error: JobError,
  facts: AttemptFacts,
  delayMs: number,
): Promise<Recorded | null> {
  const rows = await execute<RecordedRow>(sql`
    with ended as (
      update prompt_jobs set status = 'queued', dispatched_at = null,
        scheduled_for = now() + ${milliseconds(delayMs)},
        error_code = ${error.errorCode}, error_message = ${error.errorMessage}, ${endClaim(facts)}
      where ${holds(claim)}
      returning *
    ), attempt as (
      ${insertAttempt(claim, "retried", facts, error)}
    ), cost as (
      ${settleCost(claim, facts, error)}
    ), probe as (
      ${endProbe}
    )
    ${endedOrRecordedBefore(claim, "retried")}`);
  return toRecorded(rows);
}

/** Sets of a job that was kept waiting through no fault of its own: its attempt is given back. */
const giveBack = (error: JobError, facts: AttemptFacts) => sql`
  status = 'queued', dispatched_at = null, scheduled_for = clock_timestamp(),
  attempt_count = attempt_count - 1, error_code = ${error.errorCode},
  error_message = ${error.errorMessage}, ${endClaim(facts)}`;

/**
 * The provider asked us to slow down: the job is queued again, and no job of its model is claimed for
 * `holdMs`. `scheduledFor` of the reply is when that ends. Null: the claim was lost.
 */
export async function waitForRateLimit(
  claim: Claim,
  error: JobError,
  facts: AttemptFacts,
  holdMs: number,
): Promise<Recorded | null> {
  const rows = await execute<RecordedRow>(sql`
    with ended as (
      update prompt_jobs set ${giveBack(error, facts)} where ${holds(claim)} returning *
    ), attempt as (
      ${insertAttempt(claim, "waited", facts, error)}
    ), cost as (
      ${settleCost(claim, facts, error)}
    ), probe as (
      ${endProbe}
    ), held as (
      update models m set rate_limited_until =
        greatest(m.rate_limited_until, now() + ${milliseconds(holdMs)})
      from ended where m.id = ended.model_id
      returning m.rate_limited_until
    )
    select result.status, result.entity_id,
      coalesce((select rate_limited_until from held), result.scheduled_for) as scheduled_for
    from (${endedOrRecordedBefore(claim, "waited")}) result`);
  return toRecorded(rows);
}

/**
 * The account is to blame (quota, key): the job is queued again and a circuit opens for its provider,
 * whose jobs wait from now on; each sweep lets one through. Null: the claim was lost.
 */
export async function waitForAccount(
  claim: Claim,
  error: JobError,
  facts: AttemptFacts,
  probeAfterSeconds: number,
): Promise<Recorded | null> {
  const rows = await execute<RecordedRow>(sql`
    with ended as (
      update prompt_jobs set ${giveBack(error, facts)} where ${holds(claim)} returning *
    ), attempt as (
      ${insertAttempt(claim, "waited", facts, error)}
    ), cost as (
      ${settleCost(claim, facts, error)}
    ), opened as (
      insert into pauses (provider, manual, reason, since, next_probe_at)
      select m.provider, false, ${error.errorCode}, clock_timestamp(),
        clock_timestamp() + make_interval(secs => ${probeAfterSeconds}::int)
      from ended join models m on m.id = ended.model_id
      on conflict (coalesce(provider, ''), coalesce(model_id, 0), manual) do update
        set reason = excluded.reason, next_probe_at = excluded.next_probe_at,
          probe_job_id = nullif(pauses.probe_job_id, (select id from ended))
    )
    ${endedOrRecordedBefore(claim, "waited")}`);
  return toRecorded(rows);
}
