import { Webhook } from "standardwebhooks";
import type { WebhookEvent } from "@/db/schema";

/** What happened, as it is told to each webhook. */
export type Told = {
  eventId: number;
  type: WebhookEvent;
  data: Record<string, unknown>;
  createdAt: Date;
};

/**
 * The same at every try and for every receiver, so that doubles can be dropped. With the time in it
 * too, since ids begin anew in a new database.
 */
export function messageId({ eventId, createdAt }: Pick<Told, "eventId" | "createdAt">): string {
  return `evt_${eventId}_${createdAt.getTime()}`;
}

/**
 * The body and headers of a message in the Standard Webhooks format, signed with each secret, as of
 * `at`, the time of this try. https://www.standardwebhooks.com (specification 1.0)
 */
export function signedMessage(
  told: Told,
  secrets: readonly string[],
  at: Date,
): { body: string; headers: Record<string, string> } {
  const { type, data, createdAt } = told;
  const id = messageId(told);
  const body = JSON.stringify({ type, timestamp: createdAt, data });
  const signatures = secrets.map((secret) => new Webhook(secret).sign(id, at, body));
  return {
    body,
    headers: {
      "content-type": "application/json",
      "user-agent": "Canvass",
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
      "webhook-signature": signatures.join(" "),
    },
  };
}
