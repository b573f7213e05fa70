import { isAskedDaily } from "@/lib/charts/runs";
import { type TrendTable, trendTable } from "@/lib/charts/trend-table";
import type { NamedModel } from "@/lib/models/model-label";
import { breakSentences } from "./break-sentences";
import type { Question } from "./question";
import type { QuestionTrend } from "./read-trend";

/** A question's trend as its table, for the page and for the file alike. */
export function tableOf(
  { frequency }: Question,
  { days, lines, trend, changes }: QuestionTrend,
  models: readonly NamedModel[],
  today: string,
): TrendTable {
  return trendTable(days, lines, trend.coverage, {
    isDaily: isAskedDaily(frequency),
    breaks: breakSentences(changes, models, today),
  });
}
