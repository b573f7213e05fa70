import Link from "next/link";
import type { PromptSummary } from "@/db/prompt-queries";
import { summarisePrompts } from "@/db/prompt-queries";
import { readMoved } from "@/lib/answers/moved";
import { ownedBy, sightOf } from "@/lib/auth/caller";
import { requireViewer } from "@/lib/auth/page-caller";
import { readCosts } from "@/lib/costs/costs";
import { environment } from "@/lib/env";
import { counted } from "@/lib/format/figures";
import { readDailyBatches } from "@/lib/jobs/batches";
import { countHeldJobs } from "@/lib/jobs/held-jobs";
import { readQueueStats } from "@/lib/jobs/queue-stats";
import { ButtonLink } from "../ui/button";
import { Empty } from "../ui/empty";
import { KeepFresh } from "../ui/live/keep-fresh";
import { PageHead } from "../ui/page-head";
import { readerTimeZone } from "../ui/reader-time-zone";
import { Section } from "../ui/section";
import { BatchStrip } from "./overview/batch-strip";
import { CurrentBatch, findCurrent } from "./overview/current-batch";
import { Health } from "./overview/health";
import { MovedQuestions } from "./overview/moved";
import { NoneAsked } from "./overview/none-asked";
import { Spend } from "./overview/spend";

export const metadata = { title: "Overview" };

const STRIP_DAYS = 14;

/** What the stream doesn't tell: what jobs wait for, what they cost, and a batch that begins. */
const FRESH_SECONDS = { running: 15, idle: 60 };

export default async function Page() {
  const { user, caller } = await requireViewer("/");
  const [env, sight, now] = [environment(), sightOf(caller), new Date()];
  const today = now.toISOString().slice(0, 10);
  const [timeZone, asked, days, stats, costs, moved] = await Promise.all([
    readerTimeZone(),
    summarisePrompts(ownedBy(sight).ownerId),
    readDailyBatches(STRIP_DAYS, sight, env),
    readQueueStats(sight, env),
    readCosts({ from: today, to: today }, sight, env),
    readMoved(sight, now),
  ]);
  const [batch, held] = await Promise.all([
    findCurrent(days, sight, env),
    stats.paused.length > 0 ? countHeldJobs(sight, env) : new Map<string, number>(),
  ]);
  const isRunning = batch !== null && batch.finishedAt === null;
  return (
    <>
      <PageHead
        title="Overview"
        facts={asked.prompts > 0 && factsOf(asked, days.at(-1)?.batch?.summary.total)}
        actions={asked.prompts > 0 && <ButtonLink href="/questions">Run a question…</ButtonLink>}
      />
      <Health stats={stats} isAdmin={user.role === "admin"} timeZone={timeZone} held={held} />
      {asked.prompts === 0 && <NoQuestions />}
      {batch === null ? (
        asked.prompts > 0 && <NoneAsked asked={asked} timeZone={timeZone} now={now} />
      ) : (
        <>
          <CurrentBatch
            batch={batch}
            isToday={batch.batchKey === today}
            nextRunAt={asked.nextRunAt}
            reader={{ sight, timeZone, now }}
          />
          <div className="gap-x-12 lg:grid lg:grid-cols-2">
            <Section title="Moved">
              <MovedQuestions {...moved} />
            </Section>
            <Section title="Spend today">
              <Spend costs={costs} isAdmin={sight === "all"} />
            </Section>
          </div>
          <Section
            title={`Last ${STRIP_DAYS} batches`}
            aside={
              <Link
                href="/batches"
                className="inline-flex min-h-6 items-center text-ink-2 text-small underline underline-offset-2 coarse:min-h-11"
              >
                All batches
              </Link>
            }
          >
            <BatchStrip days={days} now={now} />
          </Section>
        </>
      )}
      <KeepFresh
        path="/api/jobs/queue/stats"
        everySeconds={isRunning ? FRESH_SECONDS.running : FRESH_SECONDS.idle}
      />
    </>
  );
}

function factsOf({ prompts, models }: PromptSummary, planned: number | undefined): string {
  return [
    counted(prompts, "question"),
    counted(models, "model"),
    planned !== undefined && `${counted(planned, "answer")} planned today`,
  ]
    .filter(Boolean)
    .join(", ");
}

function NoQuestions() {
  return (
    <Empty
      action={
        <ButtonLink kind="primary" href="/questions/new">
          Add a question
        </ButtonLink>
      }
    >
      No questions yet. Canvass asks models your questions every day and shows how sure the answers
      are.
    </Empty>
  );
}
