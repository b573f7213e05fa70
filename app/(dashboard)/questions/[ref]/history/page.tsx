import Link from "next/link";
import { readerTimeZone } from "@/app/ui/reader-time-zone";
import { StatusBadge } from "@/app/ui/status-glyph";
import { Cell, Head, Row, Table } from "@/app/ui/table";
import { Time } from "@/app/ui/time";
import { listChanges, listHandRuns, listQuestionVersions } from "@/db/history-queries";
import { JOB_STATUSES } from "@/db/job-status";
import { beforeOf, changeSentence } from "@/lib/charts/change-sentence";
import { counted, wholeNumber } from "@/lib/format/figures";
import { modelLabel } from "@/lib/models/model-label";
import { readModels } from "@/lib/models/models";
import { viewQuestion } from "../question";
import { QuestionHead } from "../question-head";

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
  const days = [...new Set(changes.map(({ date }) => date))];
  const labelOf = (id: number) => {
    const model = models.find((one) => one.id === id);
    return model ? modelLabel(model) : `model ${id}`;
  };
  return (
    <>
      <QuestionHead question={question} caller={caller} base={base} tab="/history" />
      <section>
        <h2 className="mb-2 font-semibold text-verdict">Versions of the question</h2>
        <Table caption="Versions of the question">
          <thead>
            <tr>
              <Head>Version</Head>
              <Head>Answers</Head>
              <Head from="sm">First</Head>
              <Head from="sm">Last</Head>
            </tr>
          </thead>
          <tbody>
            {versions.every(({ version }) => version !== question.version) && (
              <Row>
                <Cell>
                  {question.version}, the present one: {question.question}
                </Cell>
                <Cell>none yet</Cell>
                <Cell from="sm">—</Cell>
                <Cell from="sm">—</Cell>
              </Row>
            )}
            {versions.map(({ version, answers, from, to }) => (
              <Row key={version}>
                <Cell>
                  <span className="wrap-anywhere">
                    {version}
                    {version === question.version
                      ? `, the present one: ${question.question}`
                      : ", whose text isn't kept"}
                  </span>
                </Cell>
                <Cell>
                  <span className="tabular-nums">{wholeNumber(answers)}</span>
                </Cell>
                <Cell from="sm">
                  <Time at={from} timeZone={timeZone} now={now} />
                </Cell>
                <Cell from="sm">
                  <Time at={to} timeZone={timeZone} now={now} />
                </Cell>
              </Row>
            ))}
          </tbody>
        </Table>
      </section>
      <section className="mt-12">
        <h2 className="mb-1 font-semibold text-verdict">Breaks</h2>
        <p className="mb-2 max-w-[68ch] text-ink-2 text-small">
          {days.length === 0
            ? "Nothing changed: all answers can be compared."
            : "From each of these days on, a model's answers are to something else. No line joins across."}
        </p>
        {days.length > 0 && (
          <ol className="border-t">
            {changes.map((change) => (
              <li
                key={`${change.date} ${change.modelId} ${change.reason}`}
                className="flex flex-wrap items-baseline gap-x-4 border-b py-2 text-small"
              >
                <span className="min-w-0 flex-1 wrap-anywhere">
                  {changeSentence(change, models, now)}
                  <span className="block text-caption text-ink-2">{beforeOf(change)}</span>
                </span>
                <Link
                  href={`${base}/answers?day=${change.date}&model=${change.modelId}`}
                  className="inline-flex min-h-6 items-center underline underline-offset-2"
                >
                  Answers of that day
                </Link>
              </li>
            ))}
          </ol>
        )}
      </section>
      <section className="mt-12">
        <h2 className="mb-1 font-semibold text-verdict">Runs by hand</h2>
        {runs.length === 0 ? (
          <p className="text-ink-2 text-small">Nobody ran it by hand.</p>
        ) : (
          <Table caption="Runs by hand, newest first">
            <thead>
              <tr>
                <Head>Asked</Head>
                <Head from="sm">Models</Head>
                <Head>Jobs</Head>
              </tr>
            </thead>
            <tbody>
              {runs.map(({ batchKey, askedAt, modelIds, jobs }) => (
                <Row key={batchKey}>
                  <Cell>
                    <Link
                      href={`/batches/${encodeURIComponent(batchKey)}`}
                      className="underline underline-offset-2"
                    >
                      <Time at={askedAt} timeZone={timeZone} now={now} />
                    </Link>
                  </Cell>
                  <Cell from="sm">
                    <span className="wrap-anywhere">
                      {modelIds.length > 3
                        ? counted(modelIds.length, "model")
                        : modelIds.map(labelOf).join(", ")}
                    </span>
                  </Cell>
                  <Cell>
                    <span className="flex flex-wrap gap-x-4 gap-y-1">
                      {JOB_STATUSES.filter((status) => jobs[status] > 0).map((status) => (
                        <StatusBadge
                          key={status}
                          status={status}
                          count={wholeNumber(jobs[status])}
                        />
                      ))}
                    </span>
                  </Cell>
                </Row>
              ))}
            </tbody>
          </Table>
        )}
        {runs.length === MOST_RUNS_LISTED && (
          <p className="mt-2 text-caption text-ink-2">The newest {MOST_RUNS_LISTED}.</p>
        )}
      </section>
    </>
  );
}
