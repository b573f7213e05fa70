import { Cell, Head, Row, Table } from "@/app/ui/table";
import { Time } from "@/app/ui/time";
import type { QuestionVersion } from "@/db/history-queries";
import { wholeNumber } from "@/lib/format/figures";
import type { Question } from "../question";

/** The versions of a question's text that were asked, and when. */
export function Versions({
  question,
  versions,
  timeZone,
  now,
}: {
  question: Question;
  versions: readonly QuestionVersion[];
  timeZone: string;
  now: Date;
}) {
  return (
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
  );
}
