import { sql } from "drizzle-orm";
import { execute } from "./client";
import type { WebhookEvent } from "./schema";

/** One try of a delivery, in the hands of whoever claimed it. */
export type ClaimedDelivery = {
  id: number;
  /** Which try this is, from 1. */
  attempt: number;
  /** Tells this claim from a later one. */
  claimedAt: string;
  webhook: { id: number; url: string; secretSalt: string };
  event: { id: number; type: WebhookEvent; data: Record<string, unknown>; createdAt: Date };
};

const isDue = sql`d.status = 'pending' and d.next_attempt_at <= now()`;

/** The active webhooks for which something is due. */
export async function listDueWebhooks(): Promise<number[]> {
  const rows = await execute<{ id: number }>(sql`
    select w.id from webhooks w where w.active and exists (
      select from webhook_deliveries d where d.webhook_id = w.id and ${isDue})
    order by w.id`);
  return rows.map((row) => row.id);
}

/**
 * Claims the webhook's delivery that has been due for longest, for `leaseSeconds`: of many callers at
 * once each gets another one. A try whose outcome isn't recorded by then counts as lost, and the
 * delivery is due again. Null: nothing is due, or the webhook is switched off.
 */
export async function claimDelivery(
  webhookId: number,
  leaseSeconds: number,
): Promise<ClaimedDelivery | null> {
  const [row] = await execute<{
    id: number;
    attempt_count: number;
    claimed_at: string;
    url: string;
    secret_salt: string;
    event_id: number;
    type: WebhookEvent;
    data: Record<string, unknown>;
    created_at: string;
  }>(sql`
    with due as (
      select d.id from webhook_deliveries d where d.webhook_id = ${webhookId}::bigint and ${isDue}
      order by d.next_attempt_at limit 1 for update skip locked
    )
    update webhook_deliveries d set attempt_count = d.attempt_count + 1,
      last_attempt_at = clock_timestamp(),
      next_attempt_at = clock_timestamp() + make_interval(secs => ${leaseSeconds}::int)
    from due, webhooks w, webhook_events e
    where d.id = due.id and w.id = d.webhook_id and w.active and e.id = d.event_id
    returning d.id, d.attempt_count, d.last_attempt_at::text as claimed_at, w.url, w.secret_salt,
      e.id as event_id, e.type, e.data, e.created_at`);
  if (!row) return null;
  return {
    id: row.id,
    attempt: row.attempt_count,
    claimedAt: row.claimed_at,
    webhook: { id: webhookId, url: row.url, secretSalt: row.secret_salt },
    event: {
      id: row.event_id,
      type: row.type,
      data: row.data,
      createdAt: new Date(row.created_at),
    },
  };
}

export type Try =
  | { outcome: "delivered"; httpStatus: number }
  | {
      outcome: "failed";
      httpStatus: number | null;
      /** A sentence. */
      error: string;
      /** Null: it isn't tried again. */
      nextTryMs: number | null;
      /** The receiver wants nothing any more: its webhook is switched off. */
      isGone: boolean;
    };

/** Records what came of a claimed try; false where the claim was lost meanwhile. */
export async function recordTry(
  { id, claimedAt }: Pick<ClaimedDelivery, "id" | "claimedAt">,
  result: Try,
): Promise<boolean> {
  const isClaimed = sql`id = ${id}::bigint and status = 'pending'
    and last_attempt_at = ${claimedAt}::timestamptz`;
  if (result.outcome === "delivered") {
    const rows = await execute(sql`
      update webhook_deliveries set status = 'delivered', delivered_at = clock_timestamp(),
        http_status = ${result.httpStatus}::int, error = null
      where ${isClaimed} returning id`);
    return rows.length > 0;
  }
  const { httpStatus, error, nextTryMs, isGone } = result;
  const rows = await execute(sql`
    with recorded as (
      update webhook_deliveries set
        status = ${nextTryMs === null ? "failed" : "pending"},
        http_status = ${httpStatus}::int, error = ${error},
        next_attempt_at = clock_timestamp() +
          ${nextTryMs ?? 0}::double precision * interval '1 millisecond'
      where ${isClaimed} returning id, webhook_id
    ), gone as (
      update webhooks set active = false
      where ${isGone} and id in (select webhook_id from recorded)
    )
    select id from recorded`);
  return rows.length > 0;
}

/**
 * Makes a delivery due at once, with all its tries to come, whatever came of it so far; false where the
 * webhook has no such delivery.
 */
export async function sendAgain(webhookId: number, deliveryId: number): Promise<boolean> {
  const rows = await execute(sql`
    update webhook_deliveries set status = 'pending', attempt_count = 0, next_attempt_at = now(),
      delivered_at = null
    where id = ${deliveryId}::bigint and webhook_id = ${webhookId}::bigint
    returning id`);
  return rows.length > 0;
}

/** A sweep forgets so many at most: they are found by walking up from the oldest. */
const FORGET_AT_MOST = 1_000;

/**
 * Forgets deliveries older than `days`, and events older than that and than `eventDays`: an event is
 * what keeps a batch from being told again while its jobs can be restarted.
 */
export async function deleteOldEvents(days: number, eventDays: number): Promise<void> {
  const oldest = (table: "webhook_deliveries" | "webhook_events", age: number) => sql`(
    select id from (
      select id, created_at from ${sql.identifier(table)} order by id limit ${FORGET_AT_MOST}::int) t
    where created_at < now() - make_interval(days => ${age}::int))`;
  await execute(sql`
    with deliveries as (
      delete from webhook_deliveries where id in ${oldest("webhook_deliveries", days)}
    )
    delete from webhook_events where id in ${oldest("webhook_events", Math.max(days, eventDays))}`);
}
