import Link from "next/link";
import { StatusBadge } from "@/app/ui/status-glyph";
import { Cell, Head, Row, Table } from "@/app/ui/table";
import { Time } from "@/app/ui/time";
import type { HandRun } from "@/db/history-queries";
import { JOB_STATUSES } from "@/db/job-status";
import { counted, wholeNumber } from "@/lib/format/figures";
import { modelLabel, type NamedModel } from "@/lib/models/model-label";

/** What somebody asked for by hand, and how far that is. `most` of the newest are listed. */
export function HandRuns({
  runs,
  most,
  models,
  timeZone,
  now,
}: {
  runs: readonly HandRun[];
  most: number;
  models: readonly NamedModel[];
  timeZone: string;
  now: Date;
}) {
  const labelOf = (id: number) => {
    const model = models.find((one) => one.id === id);
    return model ? modelLabel(model) : `model ${id}`;
  };
  return (
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
                      <StatusBadge key={status} status={status} count={wholeNumber(jobs[status])} />
                    ))}
                  </span>
                </Cell>
              </Row>
            ))}
          </tbody>
        </Table>
      )}
      {runs.length === most && <p className="mt-2 text-caption text-ink-2">The newest {most}.</p>}
    </section>
  );
}
