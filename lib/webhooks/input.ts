import { z } from "zod";
import { WEBHOOK_EVENTS } from "@/db/schema";
import { idText, text } from "@/lib/http/inputs";

const fields = {
  /** Which addresses are taken depends on the environment: lib/webhooks/address.ts. */
  url: text(2_000),
  events: z
    .array(z.enum(WEBHOOK_EVENTS))
    .min(1, { error: "must name at least one event" })
    .refine((events) => new Set(events).size === events.length, { error: "must not repeat one" }),
};

export const newWebhook = z.strictObject(fields);

/** The body that changes a webhook: what isn't given stays. */
export const webhookChange = z.strictObject({ ...fields, active: z.boolean() }).partial();

export const webhookParams = z.object({ webhookId: idText });
export const deliveryParams = z.object({ webhookId: idText, deliveryId: idText });
