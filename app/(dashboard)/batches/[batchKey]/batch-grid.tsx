import Link from "next/link";
import type { GridModel, GridRow } from "@/db/batch-grid-queries";
import type { JobStatus } from "@/db/job-status";
import { SimulatedTag } from "../../../ui/simulated-tag";
import { BAR_ORDER } from "../../../ui/status-bar";
import { StatusGlyph } from "../../../ui/status-glyph";
import { Cell, Head, Row, Table } from "../../../ui/table";

type Props = {
  batchKey: string;
  models: readonly GridModel[];
  rows: readonly GridRow[];
};

const nameOf = ({ name, label }: GridModel) => (label ? `${name} (${label})` : name);

/** Questions × models: how many of each cell's jobs succeeded, and a glyph where not all did. */
export function BatchGrid({ batchKey, models, rows }: Props) {
  return (
    <>
      <div className="max-lg:hidden">
        <Table caption="Jobs that succeeded, by question and model">
          <thead>
            <tr>
              <Head>Question</Head>
              {models.map((model) => (
                <Head key={model.id} isNumber>
                  <span className="inline-flex items-center gap-2">
                    <span className="font-mono">{nameOf(model)}</span>
                    {model.provider === "simulated" && <SimulatedTag />}
                  </span>
                </Head>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row key={row.promptId}>
                <Cell>
                  <QuestionLink row={row} />
                </Cell>
                {models.map(({ id }) => (
                  <Cell key={id} isNumber>
                    <CellLink batchKey={batchKey} row={row} modelId={id} />
                  </Cell>
                ))}
              </Row>
            ))}
          </tbody>
        </Table>
      </div>
      <ul className="lg:hidden">
        {rows.map((row) => (
          <li key={row.promptId} className="border-b py-3">
            <QuestionLink row={row} />
            <ul className="mt-1 flex flex-wrap gap-x-4 gap-y-1 text-caption text-ink-2">
              {models.map((model) => (
                <li key={model.id} className="inline-flex items-center gap-2">
                  <span className="font-mono">{nameOf(model)}</span>
                  <CellLink batchKey={batchKey} row={row} modelId={model.id} />
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </>
  );
}

function QuestionLink({ row: { promptId, question } }: { row: GridRow }) {
  return (
    <Link
      href={`/questions/${promptId}`}
      className="underline-offset-2 wrap-anywhere hover:underline"
    >
      {question}
    </Link>
  );
}

/** What most deserves a look among what isn't done or went wrong. */
const WORST: readonly JobStatus[] = ["failed", "processing", "queued", "skipped", "cancelled"];

const GLYPH_TEXT: Readonly<Partial<Record<JobStatus, string>>> = {
  failed: "text-failed-text",
  processing: "text-processing-text",
  skipped: "text-skipped-text",
};

function CellLink({ batchKey, row, modelId }: { batchKey: string; row: GridRow; modelId: number }) {
  const counts = row.cells.find((cell) => cell.modelId === modelId)?.counts;
  if (!counts) return <span className="text-ink-3">—</span>;
  const total = BAR_ORDER.reduce((sum, status) => sum + counts[status], 0);
  const worst = WORST.find((status) => counts[status] > 0);
  const query = new URLSearchParams({
    batch: batchKey,
    question: String(row.promptId),
    model: String(modelId),
  });
  return (
    <Link
      href={`/jobs?${query}`}
      className="inline-flex min-h-6 items-center gap-1.5 whitespace-nowrap tabular-nums hover:underline coarse:min-h-11"
    >
      {worst && (
        <span
          role="img"
          aria-label={`${counts[worst]} ${worst}`}
          className={GLYPH_TEXT[worst] ?? "text-ink-2"}
        >
          <StatusGlyph status={worst} />
        </span>
      )}
      {counts.succeeded} of {total}
    </Link>
  );
}
