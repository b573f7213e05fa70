import { randomBytes } from "node:crypto";
import type { z } from "zod";
import type { Webhook } from "@/db/schema";
import {
  deleteWebhook,
  findWebhook,
  insertWebhook,
  listWebhooks,
  updateWebhook,
} from "@/db/webhooks";
import type { Environment } from "@/lib/env";
import { ApiError } from "@/lib/errors";
import { acceptedUrl } from "./address";
import type { newWebhook, webhookChange } from "./input";
import { webhookSecrets } from "./secret";

const MOST_WEBHOOKS = 20;

const view = ({ id, url, events, active, createdAt }: Webhook) => ({
  id,
  url,
  events,
  active,
  createdAt,
});
export type WebhookView = ReturnType<typeof view>;

/** All webhooks, oldest first. */
export async function readWebhooks(): Promise<WebhookView[]> {
  return (await listWebhooks()).map(view);
}

/** Throws NotFoundError. */
export async function readWebhook(id: number): Promise<WebhookView> {
  return view(found(await findWebhook(id), id));
}

/**
 * Makes a webhook; `secret` is in this reply and nowhere else. Throws ValidationError for an address
 * that isn't called, ConflictError at the limit.
 */
export async function createWebhook(
  { url, events }: z.output<typeof newWebhook>,
  env: Environment,
): Promise<{ webhook: WebhookView; secret: string }> {
  const webhook = { url: acceptedUrl(url, env), events, secretSalt: newSalt() };
  const made = await insertWebhook(webhook, MOST_WEBHOOKS);
  if (made) return { webhook: view(made), secret: webhookSecrets(made, env)[0] };
  throw new ApiError(
    "ConflictError",
    `There are ${MOST_WEBHOOKS} webhooks, which is the limit: delete one first`,
  );
}

/** What waits for a webhook that is switched off is sent when it is on again. Throws NotFoundError, ValidationError. */
export async function changeWebhook(
  id: number,
  change: z.output<typeof webhookChange>,
  env: Environment,
): Promise<WebhookView> {
  const { url, events, active } = change;
  const changed = await updateWebhook(id, {
    ...(url === undefined ? {} : { url: acceptedUrl(url, env) }),
    ...(events === undefined ? {} : { events }),
    ...(active === undefined ? {} : { active }),
  });
  return view(found(changed, id));
}

/** Replaces a webhook's secret at once, and shows the new one. Throws NotFoundError. */
export async function renewSecret(id: number, env: Environment): Promise<string> {
  return webhookSecrets(found(await updateWebhook(id, { secretSalt: newSalt() }), id), env)[0];
}

/** Ends a webhook and forgets its deliveries. Throws NotFoundError. */
export async function endWebhook(id: number): Promise<void> {
  if (!(await deleteWebhook(id))) throw webhookNotFound(id);
}

function newSalt(): string {
  return randomBytes(16).toString("base64url");
}

function found(webhook: Webhook | null, id: number): Webhook {
  if (webhook) return webhook;
  throw webhookNotFound(id);
}

function webhookNotFound(webhookId: number): ApiError {
  return new ApiError("NotFoundError", `Webhook ${webhookId} not found`, { webhookId });
}
