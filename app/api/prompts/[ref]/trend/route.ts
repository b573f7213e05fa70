import { z } from "zod";
import { dayRange } from "@/lib/answers/days";
import { readTrend } from "@/lib/answers/trend";
import { day, idText, promptRef, windowDays } from "@/lib/http/inputs";
import { reply } from "@/lib/http/reply";
import { apiRoute } from "@/lib/http/route";

const schemas = {
  params: z.object({ ref: promptRef }),
  query: z.strictObject({
    ...{ from: day.optional(), to: day.optional() },
    ...{ window: windowDays, modelId: idText.optional() },
  }),
};

export const GET = apiRoute("read", schemas, async ({ params, query, caller }) => {
  const { window, modelId = null } = query;
  const options = { range: dayRange(query), window, modelId };
  return reply({ success: true, ...(await readTrend(params.ref, options, caller)) });
});
