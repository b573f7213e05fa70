import { SimulatedNote } from "@/app/ui/simulated-tag";
import { compareModels } from "@/lib/answers/model-comparison";
import { readModels } from "@/lib/models/models";
import { Agreement } from "./agreement";
import { viewQuestion } from "./question";
import { QuestionHead } from "./question-head";
import { readQuestionTrend } from "./read-trend";
import { tableOf } from "./table-of";
import { type SearchParams, trendView } from "./trend-address";
import { TrendFigure } from "./trend-figure";
import { TrendFiguresTable } from "./trend-figures-table";
import { TrendToolbar } from "./trend-toolbar";
import { VerdictLine } from "./verdict-line";

type Props = {
  params: Promise<{ ref: string }>;
  searchParams: Promise<SearchParams>;
};

export async function generateMetadata({ params }: Props) {
  const { question } = await viewQuestion((await params).ref, "");
  return { title: question.question };
}

export default async function Page({ params, searchParams }: Props) {
  const { question, caller, base } = await viewQuestion((await params).ref, "");
  const today = new Date().toISOString().slice(0, 10);
  const view = trendView(await searchParams, today);
  const [found, models, comparison] = await Promise.all([
    readQuestionTrend(question, view, caller, today),
    readModels(),
    compareModels(question.id, view.range, caller),
  ]);
  const answers = `${base}/answers?${view.modelId === null ? "" : `model=${view.modelId}&`}day=`;
  return (
    <>
      <QuestionHead question={question} caller={caller} base={base} tab="" />
      <VerdictLine {...{ question, found, view, today, base }} />
      <TrendToolbar
        {...{ models, base, today }}
        view={{ ...view, range: found.range }}
        asked={question.modelIds}
      />
      {found.trend.simulated && <SimulatedNote />}
      {view.view === "chart" ? (
        <TrendFigure {...{ question, found, view, models, base, answers, today }} />
      ) : (
        <TrendFiguresTable
          table={tableOf(question, found, models, today)}
          answers={answers}
          today={today}
        />
      )}
      <Agreement comparison={comparison} />
    </>
  );
}
