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
  type Recorded,
  type RecordedRow,
  settleCost,
  toRecorded,
} from "./outcome";

/** Ends the job: no retry mends this, or none is left. Null: the claim was lost. */
export async function failJob(
  claim: Claim,
  error: JobError,
  facts: AttemptFacts,
): Promise<Recorded | null> {
  const rows = await execute<RecordedRow>(sql`
    with ended as (
      update prompt_jobs set status = 'failed', finished_at = now(),
        error_code = ${error.errorCode}, error_message = ${error.errorMessage}, ${endClaim(facts)}
      where ${holds(claim)}
      returning *
    ), attempt as (
      ${insertAttempt(claim, "failed", facts, error)}
    ), cost as (
      ${settleCost(claim, facts, error)}
    ), probe as (
      ${endProbe}
    )
    ${endedOrRecordedBefore(claim, "failed")}`);
  return toRecorded(rows);
}
