import { z } from "zod";
import { openDayRange } from "@/lib/answers/days";
import { readResponses } from "@/lib/answers/responses";
import { day, idText, page, promptRef } from "@/lib/http/inputs";
import { formatOf, responsesReply } from "@/lib/http/responses-reply";
import { apiRoute } from "@/lib/http/route";

const schemas = {
  params: z.object({ ref: promptRef }),
  query: z.strictObject({
    ...{ from: day.optional(), to: day.optional(), modelId: idText.optional() },
    ...{ ...page, format: z.enum(["json", "csv"]).optional() },
  }),
  headers: z.object({ accept: z.string().optional() }),
};

export const GET = apiRoute(
  "read",
  schemas,
  async ({ params, query, headers, caller, request }) => {
    const { modelId = null, limit, cursor = null, format } = query;
    const options = { days: openDayRange(query), modelId, page: { limit, before: cursor } };
    const found = await readResponses(params.ref, options, caller);
    return responsesReply(found, formatOf(format, headers.accept), request);
  },
);
