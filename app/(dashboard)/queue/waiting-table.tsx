import { wholeNumber } from "@/lib/format/figures";
import type { Waiting } from "@/lib/jobs/waiting";
import { PLAIN } from "../../ui/live/waiting-table";
import { Cell, Head, Row, Table } from "../../ui/table";

const LATER = { label: "Their time", freedBy: "They are scheduled for later" };

/** What the queued jobs wait for, and what frees them. */
export function WaitingTable({ waiting }: { waiting: readonly Waiting[] }) {
  return (
    <section className="mb-8">
      <h2 className="mb-2 font-semibold">What waits, and for what</h2>
      {waiting.length === 0 ? (
        <p className="border-t py-3 text-ink-2 text-small">No job waits.</p>
      ) : (
        <Table caption="What queued jobs wait for">
          <thead>
            <tr>
              <Head>Waiting for</Head>
              <Head isNumber>Jobs</Head>
              <Head from="sm">What frees it</Head>
            </tr>
          </thead>
          <tbody>
            {waiting.map(({ waitingFor, jobs }) => {
              const { label, freedBy } = waitingFor === null ? LATER : PLAIN[waitingFor];
              return (
                <Row key={label}>
                  <Cell>
                    {label}
                    <span className="block text-caption text-ink-2 sm:hidden">{freedBy}</span>
                  </Cell>
                  <Cell isNumber>{wholeNumber(jobs)}</Cell>
                  <Cell from="sm">
                    <span className="text-ink-2">{freedBy}</span>
                  </Cell>
                </Row>
              );
            })}
          </tbody>
        </Table>
      )}
    </section>
  );
}
