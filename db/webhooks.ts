import { asc, eq, sql } from "drizzle-orm";
import { database, execute, toRow } from "./client";
import { type Webhook, type WebhookEvent, webhooks } from "./schema";

export type NewWebhook = { url: string; events: readonly WebhookEvent[]; secretSalt: string };
export type WebhookChange = Partial<{
  url: string;
  events: WebhookEvent[];
  active: boolean;
  secretSalt: string;
}>;

/** All webhooks, oldest first. */
export function listWebhooks(): Promise<Webhook[]> {
  return database.select().from(webhooks).orderBy(asc(webhooks.id));
}

/** Null: there is no such webhook. */
export async function findWebhook(id: number): Promise<Webhook | null> {
  const [webhook] = await database.select().from(webhooks).where(eq(webhooks.id, id));
  return webhook ?? null;
}

/** Null: there are `most` already; several calls at once may pass that by a few. */
export async function insertWebhook(webhook: NewWebhook, most: number): Promise<Webhook | null> {
  const [row] = await execute<object>(sql`
    insert into webhooks (url, events, secret_salt)
    select ${webhook.url}, ${`{${webhook.events.join(",")}}`}::text[], ${webhook.secretSalt}
    where (select count(*) from webhooks) < ${most}::int
    returning *`);
  return row ? toRow(webhooks, row) : null;
}

/** Null: there is no such webhook. */
export async function updateWebhook(id: number, change: WebhookChange): Promise<Webhook | null> {
  if (Object.keys(change).length === 0) return findWebhook(id);
  const [webhook] = await database
    .update(webhooks)
    .set(change)
    .where(eq(webhooks.id, id))
    .returning();
  return webhook ?? null;
}

/** Ends a webhook and forgets its deliveries; false where there is none. */
export async function deleteWebhook(id: number): Promise<boolean> {
  const gone = await database
    .delete(webhooks)
    .where(eq(webhooks.id, id))
    .returning({ id: webhooks.id });
  return gone.length > 0;
}
