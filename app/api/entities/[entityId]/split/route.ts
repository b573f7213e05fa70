import { z } from "zod";
import { splitEntity } from "@/lib/answers/entities";
import { idText } from "@/lib/http/inputs";
import { reply } from "@/lib/http/reply";
import { apiRoute } from "@/lib/http/route";

const params = z.object({ entityId: idText });

export const POST = apiRoute("admin", { params }, async ({ params }) =>
  reply({ success: true, entity: await splitEntity(params.entityId) }),
);
