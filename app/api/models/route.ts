import { reply } from "@/lib/http/reply";
import { apiRoute } from "@/lib/http/route";
import { createModel, newModel, readModels } from "@/lib/models/models";

export const GET = apiRoute("read", {}, async () =>
  reply({ success: true, models: await readModels() }),
);

export const POST = apiRoute("admin", { body: newModel }, async ({ body }) =>
  reply({ success: true, model: await createModel(body) }, { status: 201 }),
);
