import { reply } from "@/lib/http/reply";
import { apiRoute } from "@/lib/http/route";
import { newWebhook } from "@/lib/webhooks/input";
import { createWebhook, readWebhooks } from "@/lib/webhooks/webhooks";

export const GET = apiRoute("admin", {}, async () =>
  reply({ success: true, webhooks: await readWebhooks() }),
);

export const POST = apiRoute("admin", { body: newWebhook }, async ({ body, env }) =>
  reply({ success: true, ...(await createWebhook(body, env)) }, { status: 201 }),
);
