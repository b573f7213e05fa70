import { readerTimeZone } from "@/app/ui/reader-time-zone";
import { listChanges, listHandRuns, listQuestionVersions } from "@/db/history-queries";
import { readModels } from "@/lib/models/models";
import { viewQuestion } from "../question";
import { QuestionHead } from "../question-head";
import { Breaks } from "./breaks";
import { HandRuns } from "./hand-runs";
import { Versions } from "./versions";

type Props = { params: Promise<{ ref: string }> };

/** Runs by hand that are listed. */
const MOST_RUNS_LISTED = 50;

export async function generateMetadata({ params }: Props) {
  const { question } = await viewQuestion((await params).ref, "/history");
  return { title: `History · ${question.question}` };
}

export default async function Page({ params }: Props) {
  const { question, caller, base } = await viewQuestion((await params).ref, "/history");
  const [timeZone, models, versions, changes, runs] = await Promise.all([
    readerTimeZone(),
    readModels(),
    listQuestionVersions(question.id),
    listChanges(question.id),
    listHandRuns(question.id, MOST_RUNS_LISTED),
  ]);
  const now = new Date();
  return (
    <>
      <QuestionHead question={question} caller={caller} base={base} tab="/history" />
      <Versions {...{ question, versions, timeZone, now }} />
      <Breaks {...{ changes, models, base, now }} />
      <HandRuns {...{ runs, models, timeZone, now }} most={MOST_RUNS_LISTED} />
    </>
  );
}
