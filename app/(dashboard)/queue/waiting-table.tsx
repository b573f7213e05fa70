import type { WaitingFor } from "@/db/job-status";
import { wholeNumber } from "@/lib/format/figures";
import type { Waiting } from "@/lib/jobs/waiting";
import { Cell, Head, Row, Table } from "../../ui/table";

const WORDS: Readonly<Record<WaitingFor | "later", { what: string; frees: string }>> = {
  paused: { what: "A resume", frees: "You resume what is paused, or its provider answers again" },
  backoff: { what: "A retry", frees: "The time of their next try" },
  rate_limit: {
    what: "A slower pace",
    frees: "The provider’s wait, or the model’s requests a minute",
  },
  model_limit: { what: "A free place of the model", frees: "One of its running jobs finishes" },
  user_limit: {
    what: "A free place of the owner",
    frees: "One of the owner’s running jobs finishes",
  },
  global_limit: { what: "A free place", frees: "Running jobs finish" },
  dispatch: { what: "Being sent out", frees: "The next sweep takes them at the latest" },
  later: { what: "Their time", frees: "They are scheduled for later" },
};

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
              const { what, frees } = WORDS[waitingFor ?? "later"];
              return (
                <Row key={what}>
                  <Cell>
                    {what}
                    <span className="block text-caption text-ink-2 sm:hidden">{frees}</span>
                  </Cell>
                  <Cell isNumber>{wholeNumber(jobs)}</Cell>
                  <Cell from="sm">
                    <span className="text-ink-2">{frees}</span>
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
