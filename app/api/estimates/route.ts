import { estimate } from "@/lib/costs/estimate";
import { estimateRequest } from "@/lib/costs/input";
import { reply } from "@/lib/http/reply";
import { apiRoute } from "@/lib/http/route";

export const POST = apiRoute("read", { body: estimateRequest }, async ({ body, caller }) =>
  reply({ success: true, estimate: await estimate(body, caller) }),
);
