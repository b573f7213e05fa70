import { notFound } from "next/navigation";
import { z } from "zod";
import { readBatchGrid } from "@/db/batch-grid-queries";
import { ownedBy, sightOf } from "@/lib/auth/caller";
import { requireViewer } from "@/lib/auth/page-caller";
import { environment } from "@/lib/env";
import { ApiError } from "@/lib/errors";
import { counted, usd } from "@/lib/format/figures";
import { readBatchProgress } from "@/lib/jobs/batch-progress";
import { readBatch } from "@/lib/jobs/batches";
import { ButtonLink } from "../../../ui/button";
import { ConfirmCallButton } from "../../../ui/call-button";
import { BatchProgress } from "../../../ui/live/batch-progress";
import { batchPath, batchState, jobsOf } from "../../../ui/live/batch-state";
import { KeepFresh } from "../../../ui/live/keep-fresh";
import { PageHead } from "../../../ui/page-head";
import { readerTimeZone } from "../../../ui/reader-time-zone";
import { Section } from "../../../ui/section";
import { Pager } from "../../../ui/table";
import { BatchGrid } from "./batch-grid";

type Props = {
  params: Promise<{ batchKey: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
};

const PER_PAGE = 100;

const address = z.object({ after: z.coerce.number().int().nonnegative().catch(0).default(0) });

/** The key as it is in the database: in an address it may be encoded. */
const keyOf = async (params: Props["params"]) => decodeURIComponent((await params).batchKey);

export async function generateMetadata({ params }: Props) {
  return { title: `Batch ${await keyOf(params)}` };
}

export default async function Page({ params, searchParams }: Props) {
  const batchKey = await keyOf(params);
  const path = `/batches/${encodeURIComponent(batchKey)}`;
  const { caller } = await requireViewer(path);
  const { after } = address.parse(await searchParams);
  const sight = sightOf(caller);
  const [timeZone, batch, grid] = await Promise.all([
    readerTimeZone(),
    readBatch(batchKey, sight, environment()).catch(missing),
    readBatchGrid(
      { batchKey, ownerId: ownedBy(sight).ownerId ?? null },
      { limit: PER_PAGE + 1, after },
    ),
  ]);
  const env = environment();
  const { seen, hints } = await readBatchProgress(batch.state, sight, env, timeZone);
  const rows = grid.rows.slice(0, PER_PAGE);
  const last = rows.at(-1);
  const { summary, promptCount, costUsd } = batch.state;
  return (
    <>
      <PageHead
        title={`Batch ${batchKey}`}
        trail={{ href: "/batches", label: "Batches" }}
        here={batchKey}
        facts={`${counted(promptCount, "question")}, ${counted(summary.total, "job")}, ${usd(costUsd)}`}
        actions={
          <>
            <ButtonLink href={jobsOf(batchKey)}>Jobs</ButtonLink>
            {summary.failed > 0 && <Restart batchKey={batchKey} failed={summary.failed} />}
            {summary.queued + summary.processing > 0 && (
              <Cancel batchKey={batchKey} queued={summary.queued} processing={summary.processing} />
            )}
          </>
        }
      />
      <BatchProgress
        initial={batchState.parse(batch.state)}
        timeZone={timeZone}
        seen={seen}
        hints={hints}
        isInTitle
      />
      <Section title="By question and model">
        <BatchGrid batchKey={batchKey} models={grid.models} rows={rows} />
        {(after > 0 || grid.rows.length > PER_PAGE) && (
          <Pager
            shown={`${rows.length} of ${counted(promptCount, "question")}`}
            start={after > 0 ? path : null}
            next={grid.rows.length > PER_PAGE && last ? `${path}?after=${last.promptId}` : null}
          />
        )}
      </Section>
      {batch.state.finishedAt === null && (
        <KeepFresh path={batchPath(batchKey)} everySeconds={10} />
      )}
    </>
  );
}

function missing(error: unknown): never {
  if (error instanceof ApiError && error.name === "BatchNotFoundError") notFound();
  throw error;
}

function Restart({ batchKey, failed }: { batchKey: string; failed: number }) {
  const jobs = counted(failed, "failed job");
  return (
    <ConfirmCallButton
      call={{ method: "POST", path: "/api/jobs/restart", body: { batchKey, status: "failed" } }}
      title={`Restart ${jobs}?`}
      body={`They go before what is scheduled, with all their attempts to come. Each call costs again.`}
      keep="Keep them"
      confirm={`Restart ${jobs}`}
      busy="Restarting…"
    >
      {`Restart ${failed} failed`}
    </ConfirmCallButton>
  );
}

function Cancel(props: { batchKey: string; queued: number; processing: number }) {
  const { batchKey, queued, processing } = props;
  const jobs = counted(queued + processing, "job");
  return (
    <ConfirmCallButton
      call={{ method: "POST", path: "/api/jobs/cancel", body: { batchKey } }}
      title={`Cancel ${jobs}?`}
      body={
        <>
          All queued or processing ones of batch {batchKey}.
          {processing > 0 &&
            ` ${processing} ${processing === 1 ? "is" : "are"} being answered now: their calls are stopped, but may still be charged.`}
        </>
      }
      keep="Keep them"
      confirm={`Cancel ${jobs}`}
      busy="Cancelling…"
    >
      {`Cancel ${jobs}`}
    </ConfirmCallButton>
  );
}
