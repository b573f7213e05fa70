import { z } from "zod";
import { writeTrend } from "@/lib/charts/trend-table";
import { promptRef } from "@/lib/http/inputs";
import { csvReply } from "@/lib/http/reply";
import { apiRoute } from "@/lib/http/route";
import { readModels } from "@/lib/models/models";
import { readPrompt } from "@/lib/prompts/prompts";
import { readQuestionTrend } from "../read-trend";
import { tableOf } from "../table-of";
import { trendView } from "../trend-address";

const schemas = {
  params: z.object({ ref: promptRef }),
  query: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
};

/** The figures of the page's table, to save. */
export const GET = apiRoute("read", schemas, async ({ params, query, caller }) => {
  const today = new Date().toISOString().slice(0, 10);
  const question = await readPrompt(params.ref, caller);
  const view = trendView(query, today);
  const [found, models] = await Promise.all([
    readQuestionTrend(question, view, caller, today),
    readModels(),
  ]);
  return csvReply(
    writeTrend(tableOf(question, found, models, today)),
    `${question.slug}-trend.csv`,
  );
});
