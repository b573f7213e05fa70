import { type SQL, sql } from "drizzle-orm";
import { execute } from "./client";
import type { WebhookEvent } from "./schema";

// Each of these writes down what happened, once, and a delivery of it for each webhook that is to be
// told: one statement, and nothing is looked at where no webhook is. They give how many deliveries they
// made. Calling one again, or many at once, makes nothing twice.

/** A webhook is told what happens after it was made. */
const isSubscribed = (type: WebhookEvent) => sql`(w.active and ${type}::text = any(w.events))`;

const anyIsSubscribed = (type: WebhookEvent) =>
  sql`exists (select from webhooks w where ${isSubscribed(type)})`;

/** `steps` end in one called `happened`, of key, data and happened_at. */
async function tell(type: WebhookEvent, steps: SQL): Promise<number> {
  const rows = await execute(sql`
    with ${steps}, event as (
      insert into webhook_events (type, key, data)
      select ${type}, h.key, h.data from happened h
      where exists (
        select from webhooks w where ${isSubscribed(type)} and w.created_at <= h.happened_at)
      on conflict do nothing
      returning id, key
    )
    insert into webhook_deliveries (webhook_id, event_id)
    select w.id, event.id from event join happened h using (key)
    join webhooks w on ${isSubscribed(type)} and w.created_at <= h.happened_at
    returning id`);
  return rows.length;
}

/** As JavaScript writes a time, for JSON that Postgres builds. */
const isoTime = (at: SQL) =>
  sql`to_char(${at} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const batchEventKey = (batch: SQL) =>
  sql`jsonb_build_array(${batch}.owner_id, ${batch}.batch_key)::text`;

/**
 * True while the owner has a job of the batch queued or running. By the queues of owner and models, not
 * by the batch: under a shared key such as a day, another owner may have 100,000 jobs queued.
 */
const isInFlight = (batch: SQL) => sql`(
  exists (
    select from prompt_jobs j where j.status = 'processing'
      and j.batch_key = ${batch}.batch_key and j.owner_id is not distinct from ${batch}.owner_id)
  or exists (
    select from models m cross join lateral (
      select from prompt_jobs j where j.status = 'queued' and j.model_id = m.id
        and coalesce(j.owner_id, '') = coalesce(${batch}.owner_id, '')
        and j.batch_key = ${batch}.batch_key
      limit 1) queued))`;

/** Tells of those batches among the rows of batch_key and owner_id that have ended. */
const tellOfEnded = (batches: SQL) =>
  tell(
    "batch.finished",
    sql`batch as materialized (
      ${batches}
    ), ended as materialized (
      select * from batch
      where not exists (
        select from webhook_events e
        where e.type = 'batch.finished' and e.key = ${batchEventKey(sql`batch`)})
      and not ${isInFlight(sql`batch`)}
    ), happened as materialized (
      select ${batchEventKey(sql`ended`)} as key, f.finished_at as happened_at, jsonb_build_object(
        'batchKey', ended.batch_key, 'ownerId', ended.owner_id,
        'summary', jsonb_build_object('total', f.total, 'queued', f.queued,
          'processing', f.processing, 'succeeded', f.succeeded, 'failed', f.failed,
          'skipped', f.skipped, 'cancelled', f.cancelled),
        'costUsd', f.cost_usd, 'startedAt', ${isoTime(sql`f.started_at`)},
        'finishedAt', ${isoTime(sql`f.finished_at`)}) as data
      from ended cross join lateral (
        select count(*) as total,
          count(*) filter (where status = 'queued') as queued,
          count(*) filter (where status = 'processing') as processing,
          count(*) filter (where status = 'succeeded') as succeeded,
          count(*) filter (where status = 'failed') as failed,
          count(*) filter (where status = 'skipped') as skipped,
          count(*) filter (where status = 'cancelled') as cancelled,
          sum(cost_usd) as cost_usd, min(started_at) as started_at, max(finished_at) as finished_at
        from prompt_jobs j
        where j.batch_key = ended.batch_key and j.owner_id is not distinct from ended.owner_id) f
    )`,
  );

/** Tells of the job's batch where, of its owner's jobs in it, this was the last to end. */
export function tellIfBatchEnded(jobId: number): Promise<number> {
  return tellOfEnded(sql`
    select j.batch_key, j.owner_id from prompt_jobs j
    where j.id = ${jobId}::bigint and ${anyIsSubscribed("batch.finished")}`);
}

/** Tells of the batches that ended within the last 25 hours and that nobody told of when they did. */
export function tellOfEndedBatches(): Promise<number> {
  return tellOfEnded(sql`
    select distinct j.batch_key, j.owner_id from prompt_jobs j
    where ${anyIsSubscribed("batch.finished")}
      and j.finished_at >= greatest(now() - interval '25 hours', (
        select min(w.created_at) from webhooks w where ${isSubscribed("batch.finished")}))`);
}

/** Tells of the circuits that are open. One that closes and opens again is another. */
export function tellOfOpenCircuits(): Promise<number> {
  return tell(
    "circuit.opened",
    sql`happened as materialized (
      select p.id::text as key, p.since as happened_at, jsonb_build_object(
        'provider', p.provider, 'reason', p.reason, 'since', ${isoTime(sql`p.since`)}) as data
      from pauses p where not p.manual and ${anyIsSubscribed("circuit.opened")}
    )`,
  );
}

/** Tells that a UTC day's budget is used up. `day` as 2026-11-24. */
export function tellOfReachedBudget(day: string, budgetUsd: number): Promise<number> {
  return tell(
    "budget.reached",
    sql`happened as materialized (
      select ${day}::text as key, now() as happened_at,
        jsonb_build_object('day', ${day}::text, 'budgetUsd', ${budgetUsd}::numeric) as data
      where ${anyIsSubscribed("budget.reached")}
    )`,
  );
}
