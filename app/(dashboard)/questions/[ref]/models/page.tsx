import { SimulatedNote } from "@/app/ui/simulated-tag";
import { compareModels } from "@/lib/answers/model-comparison";
import { viewQuestion } from "../question";
import { QuestionHead } from "../question-head";
import { RangeBar } from "../range-bar";
import { type SearchParams, trendView } from "../trend-address";
import { Differences } from "./differences";
import { ModelsTable } from "./models-table";

type Props = {
  params: Promise<{ ref: string }>;
  searchParams: Promise<SearchParams>;
};

export async function generateMetadata({ params }: Props) {
  const { question } = await viewQuestion((await params).ref, "/models");
  return { title: `Models · ${question.question}` };
}

export default async function Page({ params, searchParams }: Props) {
  const { question, caller, base } = await viewQuestion((await params).ref, "/models");
  const today = new Date().toISOString().slice(0, 10);
  const view = trendView(await searchParams, today);
  const comparison = await compareModels(question.id, view.range, caller);
  return (
    <>
      <QuestionHead question={question} caller={caller} base={base} tab="/models" />
      <RangeBar view={view} base={`${base}/models`} today={today} />
      {comparison.models.some(({ simulated }) => simulated) && <SimulatedNote />}
      <ModelsTable {...{ comparison, base, today }} />
      <Differences comparison={comparison} />
    </>
  );
}
