import { z } from "zod";
import { dayRange } from "@/lib/answers/days";
import { compareModels } from "@/lib/answers/model-comparison";
import { day, promptRef } from "@/lib/http/inputs";
import { reply } from "@/lib/http/reply";
import { apiRoute } from "@/lib/http/route";

const schemas = {
  params: z.object({ ref: promptRef }),
  query: z.strictObject({ from: day.optional(), to: day.optional() }),
};

export const GET = apiRoute("read", schemas, async ({ params, query, caller }) =>
  reply({ success: true, ...(await compareModels(params.ref, dayRange(query), caller)) }),
);
