import { reply } from "@/lib/http/reply";
import { apiRoute } from "@/lib/http/route";
import { webhookParams as params, webhookChange } from "@/lib/webhooks/input";
import { changeWebhook, endWebhook, readWebhook } from "@/lib/webhooks/webhooks";

export const GET = apiRoute("admin", { params }, async ({ params }) =>
  reply({ success: true, webhook: await readWebhook(params.webhookId) }),
);

export const PATCH = apiRoute(
  "admin",
  { params, body: webhookChange },
  async ({ params, body, env }) =>
    reply({ success: true, webhook: await changeWebhook(params.webhookId, body, env) }),
);

export const DELETE = apiRoute("admin", { params }, async ({ params }) => {
  await endWebhook(params.webhookId);
  return reply({ success: true });
});
