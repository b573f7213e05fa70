import { reply } from "@/lib/http/reply";
import { operatorRoute } from "@/lib/http/route";
import { createModel, newModel, readModels } from "@/lib/models/models";

export const GET = operatorRoute({}, async () =>
  reply({ success: true, models: await readModels() }),
);

export const POST = operatorRoute({ body: newModel }, async ({ body }) =>
  reply({ success: true, model: await createModel(body) }, { status: 201 }),
);
