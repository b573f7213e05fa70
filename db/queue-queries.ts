import { type SQL, sql } from "drizzle-orm";
import { execute } from "./client";
import type { WaitingFor } from "./job-status";
import type { Limits } from "./job-transitions/take";
import type { Duty } from "./maintenance";

/** Queued jobs that wait for the same thing. */
export type WaitingJobs = {
  modelId: number;
  ownerId: string | null;
  /** Null: scheduled for later, and never tried. */
  waitingFor: WaitingFor | null;
  jobs: number;
  /** How long ago the first of them became due; null: none has. */
  oldestDueSeconds: number | null;
};

/**
 * What those queued jobs wait for that meet the condition, over unaliased prompt_jobs: rows by model and
 * owner. The reason depends on no more than what they are grouped by, so it is asked once a group.
 */
export const selectWaiting = (limits: Limits, condition: SQL): SQL => sql`
  select model_id, owner_id, jobs,
    waiting_reason(probe_job_id, model_id, owner_id, last_scheduled_for, was_tried::int,
      ${limits.maxJobs}::int, ${limits.maxJobsPerOwner}::int) as waiting_for,
    case when not is_later then extract(epoch from now() - first_scheduled_for) end
      as oldest_due_seconds
  from (
    select prompt_jobs.model_id, prompt_jobs.owner_id,
      coalesce(circuit.probe_job_id, 0) as probe_job_id, claim_count > 0 as was_tried,
      scheduled_for > now() as is_later, max(scheduled_for) as last_scheduled_for,
      min(scheduled_for) as first_scheduled_for, count(*) as jobs
    from prompt_jobs left join pauses circuit on circuit.probe_job_id = prompt_jobs.id
    where prompt_jobs.status = 'queued' and ${condition}
    group by 1, 2, 3, 4, 5
  ) same`;

/** What all queued jobs wait for, or one owner's, by model and owner. */
export async function countWaiting(limits: Limits, ownerId?: string): Promise<WaitingJobs[]> {
  const condition = ownerId === undefined ? sql`true` : sql`prompt_jobs.owner_id = ${ownerId}`;
  const rows = await execute<{
    model_id: number;
    owner_id: string | null;
    waiting_for: WaitingFor | null;
    jobs: number;
    oldest_due_seconds: number | null;
  }>(selectWaiting(limits, condition));
  return rows.map((row) => ({
    modelId: row.model_id,
    ownerId: row.owner_id,
    waitingFor: row.waiting_for,
    jobs: row.jobs,
    oldestDueSeconds: row.oldest_due_seconds,
  }));
}

/** Jobs in `processing`, by model and owner. */
export async function countProcessing(): Promise<
  { modelId: number; ownerId: string | null; jobs: number }[]
> {
  const rows = await execute<{ model_id: number; owner_id: string | null; jobs: number }>(sql`
    select model_id, owner_id, count(*) as jobs from prompt_jobs where status = 'processing'
    group by 1, 2`);
  return rows.map((row) => ({ modelId: row.model_id, ownerId: row.owner_id, jobs: row.jobs }));
}

/** What became final of late, of all or of one owner's. */
export type FinishedLately = {
  inFiveMinutes: number;
  succeededInHour: number;
  failedInHour: number;
  /** Anybody's call ended in the last 2 s, or one runs that began in the last 300 s. */
  isMoving: boolean;
};

/** Reads from the index on finished_at. */
export async function countFinishedLately(ownerId?: string): Promise<FinishedLately> {
  const isOwn = ownerId === undefined ? sql`true` : sql`owner_id = ${ownerId}`;
  const [row] = await execute<{
    in_five_minutes: number;
    succeeded_in_hour: number;
    failed_in_hour: number;
    is_moving: boolean;
  }>(sql`
    select
      count(*) filter (where ${isOwn} and finished_at > now() - interval '5 minutes')
        as in_five_minutes,
      count(*) filter (where ${isOwn} and status = 'succeeded') as succeeded_in_hour,
      count(*) filter (where ${isOwn} and status = 'failed') as failed_in_hour,
      coalesce(bool_or(finished_at > now() - interval '2 seconds'
        and status in ('succeeded', 'failed')), false)
      or exists (select from prompt_jobs where status = 'processing'
        and started_at > now() - interval '300 seconds') as is_moving
    from prompt_jobs where finished_at > now() - interval '1 hour'`);
  return {
    inFiveMinutes: row?.in_five_minutes ?? 0,
    succeededInHour: row?.succeeded_in_hour ?? 0,
    failedInHour: row?.failed_in_hour ?? 0,
    isMoving: row?.is_moving ?? false,
  };
}

/** When the cron and the sweep last began; null: never. */
export async function readDuties(): Promise<Record<Duty, Date | null>> {
  const rows = await execute<{ duty: Duty; started_at: string }>(
    sql`select duty, started_at from maintenance`,
  );
  const startOf = (duty: Duty) => {
    const row = rows.find((one) => one.duty === duty);
    return row ? new Date(row.started_at) : null;
  };
  return { cron: startOf("cron"), sweep: startOf("sweep") };
}
