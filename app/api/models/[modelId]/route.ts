import { z } from "zod";
import { idText } from "@/lib/http/inputs";
import { reply } from "@/lib/http/reply";
import { apiRoute } from "@/lib/http/route";
import { changeModel, modelChange, readModel } from "@/lib/models/models";

const params = z.object({ modelId: idText });

export const GET = apiRoute("read", { params }, async ({ params }) =>
  reply({ success: true, model: await readModel(params.modelId) }),
);

export const PATCH = apiRoute("admin", { params, body: modelChange }, async ({ params, body }) =>
  reply({ success: true, model: await changeModel(params.modelId, body) }),
);
