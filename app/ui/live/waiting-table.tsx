import type { WaitingFor } from "@/db/job-status";
import { wholeNumber } from "@/lib/format/figures";
import type { WaitingHint, WaitingHints } from "@/lib/jobs/waiting-hints";
import { Cell, Head, Row, Table } from "../table";

/** What is said of a reason where nothing more is known than its name. */
export const PLAIN: Readonly<Record<WaitingFor, WaitingHint>> = {
  paused: { label: "A pause", aside: "", freedBy: "Somebody resumes it" },
  backoff: { label: "A retry", aside: "", freedBy: "Each at its own time" },
  rate_limit: { label: "A rate limit", aside: "", freedBy: "The minute has room again" },
  model_limit: {
    label: "A free place at their model",
    aside: "",
    freedBy: "The model's running jobs finish",
  },
  user_limit: {
    label: "A free place of their owner's",
    aside: "",
    freedBy: "The owner's running jobs finish",
  },
  global_limit: { label: "A free place", aside: "", freedBy: "Running jobs finish" },
  dispatch: {
    label: "To be sent out",
    aside: "",
    freedBy: "The next sweep takes them at the latest",
  },
};

const REASONS: readonly WaitingFor[] = [
  "global_limit",
  "user_limit",
  "model_limit",
  "rate_limit",
  "paused",
  "backoff",
  "dispatch",
];

/** So many rows have their room reserved, so that nothing jumps when jobs begin or cease to wait. */
const MOST = 3;

/** Why jobs wait, the most frequent reasons first, and what frees them. */
export function WaitingTable({
  waiting,
  processing,
  hints,
}: {
  waiting: Readonly<Record<string, number>>;
  processing: number;
  hints: WaitingHints;
}) {
  const present = REASONS.map((reason) => ({ reason, jobs: waiting[reason] ?? 0 }))
    .filter(({ jobs }) => jobs > 0)
    .sort((a, b) => b.jobs - a.jobs);
  const more = present.length - MOST;
  return (
    <div className="mt-4 min-h-[196px] sm:min-h-[164px]">
      {present.length === 0 ? (
        processing > 0 && <p className="text-ink-2 text-small">No job has to wait.</p>
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
            {present.slice(0, MOST).map(({ reason, jobs }) => {
              const { label, aside, freedBy } = hints[reason] ?? PLAIN[reason];
              return (
                <Row key={reason}>
                  <Cell>
                    <span className="wrap-anywhere">{label}</span>{" "}
                    {aside && <span className="text-caption text-ink-2">{aside}</span>}
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
      {more > 0 && <p className="mt-1 text-caption text-ink-2">+{more} more</p>}
    </div>
  );
}
