import { ButtonLink, buttonClass } from "@/app/ui/button";
import { Empty } from "@/app/ui/empty";
import type { Filter } from "@/app/ui/filters";
import { PageHead } from "@/app/ui/page-head";
import { readerTimeZone } from "@/app/ui/reader-time-zone";
import { SimulatedNote } from "@/app/ui/simulated-tag";
import { Head, Pager, Table } from "@/app/ui/table";
import { summariseQuestions } from "@/db/question-list-queries";
import { FREQUENCIES } from "@/db/schema";
import { ownedBy, sightOf } from "@/lib/auth/caller";
import { requireViewer } from "@/lib/auth/page-caller";
import { counted, wholeNumber } from "@/lib/format/figures";
import { readModels } from "@/lib/models/models";
import { type Question, readQuestions } from "@/lib/prompts/questions";
import { addressWith, readAddress, type SearchParams, sortBy } from "./address";
import { QuestionRow } from "./question-row";
import { QuestionTable } from "./question-table";
import { SelectAll } from "./selection";

export const metadata = { title: "Questions" };

export default async function Page({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const { caller } = await requireViewer("/questions");
  const params = await searchParams;
  const sight = ownedBy(sightOf(caller));
  const asked = readAddress(params, sight.ownerId);
  const now = new Date();
  const today = now.toISOString().slice(0, 10);
  const [summary, models, { questions, before, total }, timeZone] = await Promise.all([
    summariseQuestions(sight, caller.userId),
    readModels(),
    readQuestions(asked, today),
    readerTimeZone(),
  ]);
  const last = questions.at(-1);
  const head = (name: Parameters<typeof sortBy>[2]) => sortBy(params, asked, name);
  return (
    <>
      <PageHead
        title="Questions"
        facts={summary.total > 0 ? counted(summary.total, "question") : undefined}
        actions={<Actions own={summary.own} />}
      />
      {summary.total === 0 ? (
        <Empty action={<ButtonLink href="/questions/new">Add a question</ButtonLink>}>
          No questions yet. Canvass asks models your questions every day and shows how sure the
          answers are.
        </Empty>
      ) : (
        <QuestionTable
          filters={filtersOf(summary.categories, models)}
          facts={`${wholeNumber(total)} shown`}
          rows={questions.map(toSelectable)}
        >
          {last === undefined ? (
            <Empty action={<ButtonLink href="/questions">Clear filters</ButtonLink>}>
              No question matches these filters.
            </Empty>
          ) : (
            <>
              <Table caption="Questions">
                <thead>
                  <tr>
                    <Head>
                      <SelectAll label="Select all questions on this page" />
                    </Head>
                    <Head sort={head("question")}>Question</Head>
                    <Head from="sm" sort={head("leader")}>
                      Leader, 7 days
                    </Head>
                    <Head sort={head("active")}>On</Head>
                    <Head from="lg" sort={head("next")}>
                      Next run
                    </Head>
                    <Head from="lg" isNumber sort={head("cost")}>
                      $ a month
                    </Head>
                    <Head from="xl" isNumber sort={head("size")}>
                      Models × runs
                    </Head>
                    <Head from="xl" sort={head("frequency")}>
                      Frequency
                    </Head>
                    <Head from="xl" sort={head("last")}>
                      Last run
                    </Head>
                    <Head from="xl">28 days</Head>
                  </tr>
                </thead>
                <tbody>
                  {questions.map((question) => (
                    <QuestionRow
                      key={question.id}
                      question={question}
                      today={today}
                      timeZone={timeZone}
                      now={now}
                    />
                  ))}
                </tbody>
              </Table>
              <Pager
                shown={`${wholeNumber(before + 1)}–${wholeNumber(before + questions.length)} of ${wholeNumber(total)}`}
                start={before > 0 ? addressWith(params, { cursor: null }) : null}
                next={
                  before + questions.length < total
                    ? addressWith(params, { cursor: String(last.id) })
                    : null
                }
              />
              {questions.some(({ standing }) => standing?.simulated) && (
                <div className="mt-6">
                  <SimulatedNote />
                </div>
              )}
            </>
          )}
        </QuestionTable>
      )}
    </>
  );
}

function Actions({ own }: { own: number }) {
  return (
    <>
      <ButtonLink href="/questions/import">Import CSV</ButtonLink>
      {own > 0 && (
        // A file, not a page: nothing of it may be fetched ahead.
        <a href="/api/prompts/export" download className={buttonClass()}>
          Export
        </a>
      )}
      <ButtonLink href="/questions/new" kind="primary" data-key="n">
        New question
      </ButtonLink>
    </>
  );
}

function filtersOf(
  categories: readonly string[],
  models: Awaited<ReturnType<typeof readModels>>,
): Filter[] {
  const same = (value: string) => ({ value, label: value });
  return [
    { name: "search", label: "Search", kind: "search" },
    { name: "category", label: "Category", kind: "choice", options: categories.map(same) },
    {
      name: "model",
      label: "Model",
      kind: "choice",
      options: models.map(({ id, name, label }) => ({
        value: String(id),
        label: label === "" ? name : `${name} (${label})`,
      })),
    },
    { name: "frequency", label: "Frequency", kind: "choice", options: FREQUENCIES.map(same) },
    {
      name: "active",
      label: "On or off",
      kind: "choice",
      options: [
        { value: "on", label: "On" },
        { value: "off", label: "Off" },
      ],
    },
    { name: "leader", label: "Leader", kind: "search" },
  ];
}

function toSelectable({ id, active, models, runs, costs }: Question) {
  return { id, active, jobs: models * runs, costUsd: costs.costUsdPerRound };
}
