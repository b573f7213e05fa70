import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { execute } from "@/db/client";
import { WEBHOOK_EVENTS, type Webhook, type WebhookEvent } from "@/db/schema";
import { tellOfReachedBudget } from "@/db/webhook-events";
import { insertWebhook } from "@/db/webhooks";

// Webhooks and what they are told, for tests that look behind the API.

export async function makeWebhook(
  events: readonly WebhookEvent[] = WEBHOOK_EVENTS,
  url = "http://127.0.0.1:1/",
): Promise<Webhook> {
  const made = await insertWebhook({ url, events, secretSalt: randomUUID() }, 1_000);
  if (!made) throw new Error("too many webhooks");
  return made;
}

/** A webhook with something to deliver. */
export async function makeDelivery(): Promise<{ webhookId: number; deliveryId: number }> {
  const { id: webhookId } = await makeWebhook(["budget.reached"]);
  await tellOfReachedBudget("2026-11-24", 5);
  const [made] = await execute<{ id: number }>(
    sql`select id from webhook_deliveries where webhook_id = ${webhookId}`,
  );
  if (!made) throw new Error("that day was told of already");
  return { webhookId, deliveryId: made.id };
}

/** What happened, in order, with the webhooks that are told. */
export function toldEvents() {
  return execute<{
    type: WebhookEvent;
    // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the event holds, and fails where it doesn't
    data: any;
    webhooks: number[];
  }>(sql`
    select e.type, e.data,
      (select coalesce(json_agg(d.webhook_id order by d.webhook_id), '[]')
       from webhook_deliveries d where d.event_id = e.id) as webhooks
    from webhook_events e order by e.id`);
}

/** Lets the time of each next try come. */
export async function comeDue(): Promise<void> {
  await execute(
    sql`update webhook_deliveries set next_attempt_at = now() where status = 'pending'`,
  );
}

export async function forgetWebhooks(): Promise<void> {
  await execute(sql`truncate webhooks, webhook_events cascade`);
}
