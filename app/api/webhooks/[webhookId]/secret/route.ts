import { reply } from "@/lib/http/reply";
import { apiRoute } from "@/lib/http/route";
import { webhookParams as params } from "@/lib/webhooks/input";
import { renewSecret } from "@/lib/webhooks/webhooks";

export const POST = apiRoute("admin", { params }, async ({ params, env }) =>
  reply({ success: true, secret: await renewSecret(params.webhookId, env) }),
);
