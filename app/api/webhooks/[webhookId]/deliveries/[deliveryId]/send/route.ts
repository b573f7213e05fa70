import { after } from "next/server";
import { reply } from "@/lib/http/reply";
import { apiRoute } from "@/lib/http/route";
import { deliverDue } from "@/lib/webhooks/deliver";
import { redeliver } from "@/lib/webhooks/deliveries";
import { deliveryParams as params } from "@/lib/webhooks/input";

export const maxDuration = 60;

export const POST = apiRoute("admin", { params }, async ({ params, env, startedAtMs }) => {
  const delivery = await redeliver(params.webhookId, params.deliveryId);
  after(() => deliverDue(env, { deadlineMs: startedAtMs + maxDuration * 1000 }));
  return reply({ success: true, delivery }, { status: 202 });
});
