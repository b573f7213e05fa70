import { z } from "zod";
import { changeEntity, entityChange, readEntity } from "@/lib/answers/entities";
import { idText } from "@/lib/http/inputs";
import { reply } from "@/lib/http/reply";
import { apiRoute } from "@/lib/http/route";

const params = z.object({ entityId: idText });

export const GET = apiRoute("read", { params }, async ({ params, sight }) =>
  reply({ success: true, entity: await readEntity(params.entityId, sight) }),
);

export const PATCH = apiRoute("admin", { params, body: entityChange }, async ({ params, body }) =>
  reply({ success: true, entity: await changeEntity(params.entityId, body) }),
);
