import Link from "next/link";
import type { ReactNode } from "react";
import type { WaitingFor } from "@/db/job-status";
import { wholeNumber } from "@/lib/format/figures";
import { Cell, Head, Row, Table } from "../table";

const queue = (text: string) => (
  <Link href="/queue" className="underline underline-offset-2">
    {text}
  </Link>
);

/** What a queued job waits for, and what frees it, in words. */
export const REASONS: Readonly<Record<WaitingFor, { label: string; freedBy: ReactNode }>> = {
  paused: {
    label: "A pause",
    freedBy: <>Resume it, or see what its provider wants: {queue("Queue")}</>,
  },
  backoff: { label: "A retry", freedBy: "Each at its own time" },
  rate_limit: { label: "A provider's rate limit", freedBy: "Goes on by itself" },
  model_limit: { label: "A place at their model", freedBy: "That model's running jobs finish" },
  user_limit: { label: "A place of their owner's", freedBy: "Their owner's running jobs finish" },
  global_limit: { label: "A free place", freedBy: "Running jobs finish" },
  dispatch: { label: "To be sent out", freedBy: "The next sweep takes them at the latest" },
};

const ORDER: readonly WaitingFor[] = [
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
export function WaitingTable({ waiting }: { waiting: Readonly<Record<string, number>> }) {
  const present = ORDER.map((reason) => ({ reason, jobs: waiting[reason] ?? 0 }))
    .filter(({ jobs }) => jobs > 0)
    .sort((a, b) => b.jobs - a.jobs);
  const more = present.length - MOST;
  return (
    <div className="mt-4 min-h-[168px]">
      {present.length > 0 && (
        <Table caption="What queued jobs wait for">
          <thead>
            <tr>
              <Head>Waiting for</Head>
              <Head isNumber>Jobs</Head>
              <Head>What frees it</Head>
            </tr>
          </thead>
          <tbody>
            {present.slice(0, MOST).map(({ reason, jobs }) => (
              <Row key={reason}>
                <Cell>{REASONS[reason].label}</Cell>
                <Cell isNumber>{wholeNumber(jobs)}</Cell>
                <Cell>
                  <span className="text-ink-2">{REASONS[reason].freedBy}</span>
                </Cell>
              </Row>
            ))}
          </tbody>
        </Table>
      )}
      {more > 0 && <p className="mt-1 text-caption text-ink-2">+{more} more</p>}
    </div>
  );
}
