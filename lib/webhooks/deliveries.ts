import { sendAgain } from "@/db/webhook-deliveries";
import { type DeliveryView, findDelivery, listDeliveries } from "@/db/webhook-queries";
import { ApiError } from "@/lib/errors";
import { messageId } from "./message";
import { readWebhook } from "./webhooks";

function describe({ delivery, event }: DeliveryView) {
  const { id, status, attemptCount, nextAttemptAt, lastAttemptAt } = delivery;
  const { httpStatus, error, deliveredAt, createdAt } = delivery;
  return {
    id,
    messageId: messageId({ eventId: event.id, createdAt: event.createdAt }),
    type: event.type,
    data: event.data,
    status,
    attemptCount,
    httpStatus,
    error,
    nextAttemptAt: status === "pending" ? nextAttemptAt : null,
    lastAttemptAt,
    deliveredAt,
    createdAt,
  };
}

/** A page of a webhook's deliveries, newest first, `before` an id. Throws NotFoundError. */
export async function readDeliveries(
  webhookId: number,
  { limit, before }: { limit: number; before: number | null },
) {
  await readWebhook(webhookId);
  const found = await listDeliveries(webhookId, { limit: limit + 1, before });
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  return {
    deliveries: shown.map(describe),
    nextCursor: found.length > limit && last ? String(last.delivery.id) : null,
  };
}

/**
 * Makes a delivery due at once, whatever came of it, with all its tries to come. Throws NotFoundError,
 * or ConflictError where the webhook is switched off.
 */
export async function redeliver(webhookId: number, deliveryId: number) {
  const { active } = await readWebhook(webhookId);
  if (!active) {
    throw new ApiError("ConflictError", `Webhook ${webhookId} is off: switch it on first`, {
      webhookId,
    });
  }
  const isDue = await sendAgain(webhookId, deliveryId);
  const delivery = isDue ? await findDelivery(webhookId, deliveryId) : null;
  if (delivery) return describe(delivery);
  throw new ApiError("NotFoundError", `Delivery ${deliveryId} not found`, { deliveryId });
}
