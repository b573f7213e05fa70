import { z } from "zod";
import { merge, mergeEntities } from "@/lib/answers/entities";
import { idText } from "@/lib/http/inputs";
import { reply } from "@/lib/http/reply";
import { apiRoute } from "@/lib/http/route";

const params = z.object({ entityId: idText });

export const POST = apiRoute("admin", { params, body: merge }, async ({ params, body }) =>
  reply({ success: true, entity: await mergeEntities(params.entityId, body.into) }),
);
