import { z } from "zod";
import { page } from "@/lib/http/inputs";
import { reply } from "@/lib/http/reply";
import { apiRoute } from "@/lib/http/route";
import { readDeliveries } from "@/lib/webhooks/deliveries";
import { webhookParams as params } from "@/lib/webhooks/input";

const query = z.strictObject(page);

export const GET = apiRoute("admin", { params, query }, async ({ params, query }) => {
  const { limit, cursor } = query;
  const found = await readDeliveries(params.webhookId, { limit, before: cursor ?? null });
  return reply({ success: true, ...found });
});
