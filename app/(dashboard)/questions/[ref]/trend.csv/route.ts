import { z } from "zod";
import { trendTable, writeTrend } from "@/lib/charts/trend-table";
import { promptRef } from "@/lib/http/inputs";
import { csvReply } from "@/lib/http/reply";
import { apiRoute } from "@/lib/http/route";
import { readModels } from "@/lib/models/models";
import { readPrompt } from "@/lib/prompts/prompts";
import { breakSentences } from "../break-sentences";
import { readQuestionTrend } from "../read-trend";
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
  const { days, lines, trend, changes } = found;
  const table = trendTable(days, lines, trend.coverage, breakSentences(changes, models, today));
  return csvReply(writeTrend(table), `${question.slug}-trend.csv`);
});
