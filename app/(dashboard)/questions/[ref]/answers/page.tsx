import { buttonClass } from "@/app/ui/button";
import { Filters } from "@/app/ui/filters";
import { readerTimeZone } from "@/app/ui/reader-time-zone";
import { SimulatedNote } from "@/app/ui/simulated-tag";
import { Pager } from "@/app/ui/table";
import { listMostNamed } from "@/db/trend-queries";
import { readResponses } from "@/lib/answers/responses";
import { counted } from "@/lib/format/figures";
import { modelLabel } from "@/lib/models/model-label";
import { readModels } from "@/lib/models/models";
import { viewQuestion } from "../question";
import { QuestionHead } from "../question-head";
import type { SearchParams } from "../trend-address";
import { answerFilter, answerQuery } from "./answer-filter";
import { AnswerList } from "./answer-list";

type Props = {
  params: Promise<{ ref: string }>;
  searchParams: Promise<SearchParams>;
};

const ANSWERS_A_PAGE = 50;

/** Names that a filter offers. */
const NAMES_OFFERED = 100;

export async function generateMetadata({ params }: Props) {
  const { question } = await viewQuestion((await params).ref, "/answers");
  return { title: `Answers · ${question.question}` };
}

export default async function Page({ params, searchParams }: Props) {
  const { question, caller, base } = await viewQuestion((await params).ref, "/answers");
  const given = await searchParams;
  const { before, isFiltered, ...filter } = answerFilter(given);
  const page = { limit: ANSWERS_A_PAGE, before };
  const [timeZone, models, names] = await Promise.all([
    readerTimeZone(),
    readModels(),
    listMostNamed(question.id, NAMES_OFFERED),
  ]);
  // A model that isn't there has given no answers.
  const isUnknown = filter.modelId !== null && models.every(({ id }) => id !== filter.modelId);
  const { responses, nextCursor } = isUnknown
    ? { responses: [], nextCursor: null }
    : await readResponses(question.id, { ...filter, page }, caller);
  const asked = models.filter(({ id }) => question.modelIds.includes(id) || id === filter.modelId);
  const here = `${base}/answers`;
  return (
    <>
      <QuestionHead question={question} caller={caller} base={base} tab="/answers" />
      <Filters
        facts={`${counted(responses.length, "answer")} shown`}
        filters={[
          { kind: "day", name: "day", label: "Day, UTC" },
          {
            ...{ kind: "choice", name: "model", label: "Model" },
            options: asked.map((model) => ({ value: String(model.id), label: modelLabel(model) })),
          },
          {
            ...{ kind: "choice", name: "named", label: "Named" },
            options: optionsOf(names, filter.only.entityId),
          },
          {
            ...{ kind: "choice", name: "outcome", label: "Outcome" },
            options: [
              { value: "named", label: "Names something" },
              { value: "none", label: "Names nothing" },
            ],
          },
          {
            ...{ kind: "choice", name: "differ", label: "All runs" },
            options: [{ value: "1", label: "Only where runs differ" }],
          },
        ]}
      >
        {models.some(
          ({ id, provider }) => provider === "simulated" && asked.some((a) => a.id === id),
        ) && <SimulatedNote />}
        {responses.length === 0 ? (
          <p className="mt-4 border-t py-8 text-ink-2">
            {isFiltered ? "No answer matches these filters." : "No answers yet."}
          </p>
        ) : (
          <>
            <AnswerList {...{ responses, models, timeZone, here }} />
            <Pager
              shown={`${counted(responses.length, "answer")}, ${before === null ? "the newest" : "older ones"}`}
              start={before === null ? null : `${here}${answerQuery(given)}`}
              next={nextCursor === null ? null : `${here}${answerQuery(given, nextCursor)}`}
            />
            <p className="mt-6">
              <a className={buttonClass()} href={`${here}/answers.csv${answerQuery(given)}`}>
                CSV
              </a>
            </p>
          </>
        )}
      </Filters>
    </>
  );
}

function optionsOf(names: readonly { id: number; name: string }[], chosen: number | undefined) {
  const options = names.map(({ id, name }) => ({ value: String(id), label: name }));
  const isOffered = chosen === undefined || names.some(({ id }) => id === chosen);
  return isOffered ? options : [...options, { value: String(chosen), label: `Name ${chosen}` }];
}
