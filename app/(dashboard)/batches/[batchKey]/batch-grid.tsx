import Link from "next/link";
import type { GridModel, GridRow } from "@/db/batch-grid-queries";
import type { JobStatus } from "@/db/job-status";
import { counted, wholeNumber } from "@/lib/format/figures";
import { SimulatedNote, SimulatedTag } from "../../../ui/simulated-tag";
import { BAR_ORDER } from "../../../ui/status-bar";
import { StatusGlyph } from "../../../ui/status-glyph";
import { Cell, Head, Row, Table } from "../../../ui/table";

type Props = {
  batchKey: string;
  models: readonly GridModel[];
  rows: readonly GridRow[];
};

const CELL =
  "min-h-6 items-center gap-1.5 whitespace-nowrap text-caption tabular-nums underline-offset-2 hover:underline coarse:min-h-11 lg:text-small";

const sum = (counts: GridRow["cells"][number]["counts"]) =>
  BAR_ORDER.reduce((jobs, status) => jobs + counts[status], 0);

const nameOf = ({ name, label }: GridModel) => (label ? `${name} (${label})` : name);

/** Questions × models: how many of each cell's jobs succeeded, and a glyph where not all did. */
export function BatchGrid({ batchKey, models, rows }: Props) {
  return (
    <>
      {models.some(({ provider }) => provider === "simulated") && (
        <div className="mb-2">
          <SimulatedNote />
        </div>
      )}
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
            <CellList batchKey={batchKey} models={models} row={row} />
          </li>
        ))}
      </ul>
    </>
  );
}

/** The same for a narrow page: one line where all went well, else one for each model. */
function CellList({
  batchKey,
  models,
  row,
}: {
  batchKey: string;
  models: readonly GridModel[];
  row: GridRow;
}) {
  const cells = row.cells.map(({ counts }) => ({ done: counts.succeeded, total: sum(counts) }));
  const total = cells.reduce((all, cell) => all + cell.total, 0);
  if (cells.every((cell) => cell.done === cell.total)) {
    return (
      <Link
        href={`/jobs?${new URLSearchParams({ batch: batchKey, question: String(row.promptId) })}`}
        className={`${CELL} flex text-ink-2`}
      >
        All {wholeNumber(total)} succeeded, {counted(cells.length, "model")}
      </Link>
    );
  }
  return (
    <ul className="mt-1 text-caption text-ink-2">
      {models
        .filter(({ id }) => row.cells.some(({ modelId }) => modelId === id))
        .map((model) => (
          <li key={model.id} className="flex items-center justify-between gap-4">
            <span className="min-w-0 font-mono wrap-anywhere">{nameOf(model)}</span>
            <CellLink batchKey={batchKey} row={row} modelId={model.id} />
          </li>
        ))}
    </ul>
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
  const total = sum(counts);
  const worst = WORST.find((status) => counts[status] > 0);
  const query = new URLSearchParams({
    batch: batchKey,
    question: String(row.promptId),
    model: String(modelId),
  });
  return (
    <Link href={`/jobs?${query}`} className={`${CELL} inline-flex`}>
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
