import Link from "next/link";
import { z } from "zod";
import { sightOf } from "@/lib/auth/caller";
import { requireViewer } from "@/lib/auth/page-caller";
import { environment } from "@/lib/env";
import { usd, wholeNumber } from "@/lib/format/figures";
import { percentDone } from "@/lib/format/progress";
import { exactDuration } from "@/lib/format/times";
import { type BatchView, readBatches } from "@/lib/jobs/batches";
import { ButtonLink } from "../../ui/button";
import { Empty } from "../../ui/empty";
import { PageHead } from "../../ui/page-head";
import { readerTimeZone } from "../../ui/reader-time-zone";
import { StatusBar } from "../../ui/status-bar";
import { Cell, Head, Pager, Row, Table } from "../../ui/table";
import { Time } from "../../ui/time";

export const metadata = { title: "Batches" };

const PER_PAGE = 50;

const address = z.object({
  cursor: z.coerce.number().int().positive().nullable().catch(null).default(null),
});

export default async function Page({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const { caller } = await requireViewer("/batches");
  const { cursor } = address.parse(await searchParams);
  const [timeZone, { batches, nextCursor }] = await Promise.all([
    readerTimeZone(),
    readBatches({ limit: PER_PAGE, before: cursor }, sightOf(caller), environment()),
  ]);
  const now = new Date();
  return (
    <>
      <PageHead
        title="Batches"
        facts="What was enqueued under one key: a window, or a run by hand."
      />
      {batches.length === 0 ? (
        <Empty action={<ButtonLink href="/questions">Run a question</ButtonLink>}>
          No batches yet. The first one starts when a question is due, or when you run one.
        </Empty>
      ) : (
        <Table caption="Batches, those with the newest jobs first">
          <thead>
            <tr>
              <Head>Batch</Head>
              <Head from="sm">Progress</Head>
              <Head isNumber>Answered</Head>
              <Head isNumber from="lg">
                Coverage
              </Head>
              <Head from="lg">Started</Head>
              <Head isNumber from="xl">
                Took
              </Head>
              <Head isNumber from="sm">
                Cost
              </Head>
            </tr>
          </thead>
          <tbody>
            {batches.map((batch) => (
              <BatchRow key={batch.batchKey} batch={batch} timeZone={timeZone} now={now} />
            ))}
          </tbody>
        </Table>
      )}
      <Pager
        shown={`${wholeNumber(batches.length)} shown`}
        start={cursor === null ? null : "/batches"}
        next={nextCursor === null ? null : `/batches?cursor=${nextCursor}`}
      />
    </>
  );
}

function BatchRow({ batch, timeZone, now }: { batch: BatchView; timeZone: string; now: Date }) {
  const { batchKey, summary, startedAt, finishedAt, costUsd } = batch;
  const coverage = `${percentDone(summary.succeeded, summary.total)}%`;
  const took =
    startedAt && finishedAt ? exactDuration(finishedAt.getTime() - startedAt.getTime()) : "—";
  return (
    <Row>
      <Cell>
        <Link
          href={`/batches/${encodeURIComponent(batchKey)}`}
          className="inline-flex min-h-6 items-center font-mono text-caption underline-offset-2 wrap-anywhere hover:underline"
        >
          {batchKey}
        </Link>
        {summary.failed > 0 && (
          <span className="ml-2 whitespace-nowrap text-caption text-failed-text">
            {wholeNumber(summary.failed)} failed
          </span>
        )}
        <span className="mt-1 flex flex-col gap-1 text-caption text-ink-2 tabular-nums sm:hidden">
          <StatusBar counts={summary} size={4} />
          <span>
            {coverage}, <Time at={startedAt} timeZone={timeZone} now={now} />, {took},{" "}
            {usd(costUsd)}
          </span>
        </span>
      </Cell>
      <Cell from="sm">
        <span className="block w-40">
          <StatusBar counts={summary} size={6} />
        </span>
      </Cell>
      <Cell isNumber>
        <span className="whitespace-nowrap">
          {wholeNumber(summary.succeeded)} of {wholeNumber(summary.total)}
        </span>
      </Cell>
      <Cell isNumber from="lg">
        {coverage}
      </Cell>
      <Cell from="lg">
        <Time at={startedAt} timeZone={timeZone} now={now} />
      </Cell>
      <Cell isNumber from="xl">
        {took}
      </Cell>
      <Cell isNumber from="sm">
        {usd(costUsd)}
      </Cell>
    </Row>
  );
}
