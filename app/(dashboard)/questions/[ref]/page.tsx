import { SimulatedNote } from "@/app/ui/simulated-tag";
import { readModels } from "@/lib/models/models";
import { viewQuestion } from "./question";
import { QuestionHead } from "./question-head";
import { readQuestionTrend } from "./read-trend";
import { type SearchParams, trendView } from "./trend-address";
import { TrendFigure } from "./trend-figure";
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
  const [found, models] = await Promise.all([
    readQuestionTrend(question, view, caller, today),
    readModels(),
  ]);
  return (
    <>
      <QuestionHead question={question} caller={caller} base={base} tab="" />
      <VerdictLine question={question} found={found} today={today} base={base} />
      <TrendToolbar {...{ view, models, base, today }} asked={question.modelIds} />
      {found.trend.simulated && <SimulatedNote />}
      <TrendFigure {...{ question, found, view, models, base, today }} />
    </>
  );
}
