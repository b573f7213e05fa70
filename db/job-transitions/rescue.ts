import { sql } from "drizzle-orm";
import { arrayLiteral, execute } from "../client";

/** The next page of jobs whose lease ran out by the database's clock, by id, after `afterId`. */
export async function listLostJobs(afterId: number, limit: number): Promise<number[]> {
  const rows = await execute<{ id: number }>(sql`
    select id from prompt_jobs
    where status = 'processing' and lease_expires_at < now() and id > ${afterId}::bigint
    order by id limit ${limit}::int`);
  return rows.map((row) => row.id);
}

/**
 * Ends every lease now, for a database whose only app is known to be down: its jobs need not wait for
 * their leases to run out. Returns how many a sweep will take back.
 */
export async function expireLeases(): Promise<number> {
  const rows = await execute(sql`
    update prompt_jobs set lease_expires_at = now(), version = version + 1
    where status = 'processing' and lease_expires_at > now()
    returning id`);
  return rows.length;
}

/**
 * Takes jobs back from workers that vanished: queued again at once, or failed with `lost` where no
 * attempt is left. The attempt is listed: its call may have been paid for. Of two rescues at once,
 * one gets each job; what is no longer lost is left alone. Returns those it took back.
 */
export async function rescueJobs(jobIds: readonly number[]): Promise<number[]> {
  const rows = await execute<{ id: number }>(sql`
    with lost as (
      select id, model_id, claim_token, claim_count, started_at, attempt_count >= max_attempts as spent
      from prompt_jobs
      where id = any(${arrayLiteral(jobIds)}::bigint[])
        and status = 'processing' and lease_expires_at < now()
      for update skip locked
    ), attempts as (
      insert into job_attempts (job_id, attempt, model_id, claim_token, started_at, finished_at, outcome,
        error_code, error_message, may_have_been_paid)
      select id, claim_count, model_id, claim_token, started_at, clock_timestamp(), 'lost', 'lost',
        'Its worker vanished; the job was taken back when its lease ran out', true
      from lost
      on conflict do nothing
    ), costs as (
      update call_costs set settled = true where claim_token in (select claim_token from lost)
    )
    update prompt_jobs j set
      status = case when lost.spent then 'failed' else 'queued' end,
      finished_at = case when lost.spent then clock_timestamp() end,
      scheduled_for = case when lost.spent then j.scheduled_for else clock_timestamp() end,
      version = j.version + 1, claim_token = null, lease_expires_at = null, dispatched_at = null,
      error_code = 'lost',
      error_message = case when lost.spent
        then 'Its worker vanished, and no attempt is left'
        else 'Its worker vanished; taken back when its lease ran out' end
    from lost where j.id = lost.id
    returning j.id`);
  return rows.map(({ id }) => id);
}
