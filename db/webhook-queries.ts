import { and, desc, eq, lt } from "drizzle-orm";
import { database } from "./client";
import { webhookDeliveries, webhookEvents } from "./schema";

type Delivery = typeof webhookDeliveries.$inferSelect;
type Event = typeof webhookEvents.$inferSelect;

/** A delivery with what it tells. */
export type DeliveryView = { delivery: Delivery; event: Event };

const select = () =>
  database
    .select({ delivery: webhookDeliveries, event: webhookEvents })
    .from(webhookDeliveries)
    .innerJoin(webhookEvents, eq(webhookEvents.id, webhookDeliveries.eventId));

/** A page of a webhook's deliveries, newest first, `before` an id. */
export function listDeliveries(
  webhookId: number,
  { limit, before }: { limit: number; before: number | null },
): Promise<DeliveryView[]> {
  return select()
    .where(
      and(
        eq(webhookDeliveries.webhookId, webhookId),
        before === null ? undefined : lt(webhookDeliveries.id, before),
      ),
    )
    .orderBy(desc(webhookDeliveries.id))
    .limit(limit);
}

/** Null: the webhook has no such delivery. */
export async function findDelivery(
  webhookId: number,
  deliveryId: number,
): Promise<DeliveryView | null> {
  const [found] = await select().where(
    and(eq(webhookDeliveries.webhookId, webhookId), eq(webhookDeliveries.id, deliveryId)),
  );
  return found ?? null;
}
