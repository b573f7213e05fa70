import Link from "next/link";
import { summarisePrompts } from "@/db/prompt-queries";
import { ownedBy, sightOf } from "@/lib/auth/caller";
import { requireViewer } from "@/lib/auth/page-caller";
import { readCosts } from "@/lib/costs/costs";
import { environment } from "@/lib/env";
import { counted } from "@/lib/format/figures";
import { relativeTime } from "@/lib/format/times";
import { readDailyBatches } from "@/lib/jobs/batches";
import { readQueueStats } from "@/lib/jobs/queue-stats";
import { ButtonLink } from "../ui/button";
import { Empty } from "../ui/empty";
import { BatchProgress } from "../ui/live/batch-progress";
import { batchState } from "../ui/live/batch-state";
import { PageHead } from "../ui/page-head";
import { readerTimeZone } from "../ui/reader-time-zone";
import { Section } from "../ui/section";
import { BatchStrip } from "./overview/batch-strip";
import { Health } from "./overview/health";
import { Spend } from "./overview/spend";

export const metadata = { title: "Overview" };

const STRIP_DAYS = 14;

export default async function Page() {
  const { user, caller } = await requireViewer("/");
  const [env, sight, now] = [environment(), sightOf(caller), new Date()];
  const today = now.toISOString().slice(0, 10);
  const [timeZone, asked, days, stats, costs] = await Promise.all([
    readerTimeZone(),
    summarisePrompts(ownedBy(sight).ownerId),
    readDailyBatches(STRIP_DAYS, sight, env),
    readQueueStats(sight, env),
    readCosts({ from: today, to: today }, sight, env),
  ]);
  const batch = days.at(-1)?.batch;
  const facts = [
    counted(asked.prompts, "question"),
    counted(asked.models, "model"),
    batch && `${counted(batch.summary.total, "answer")} planned today`,
  ];
  return (
    <>
      <PageHead
        title="Overview"
        facts={asked.prompts > 0 && facts.filter(Boolean).join(", ")}
        actions={asked.prompts > 0 && <ButtonLink href="/questions">Run a question…</ButtonLink>}
      />
      <Health stats={stats} isAdmin={user.role === "admin"} timeZone={timeZone} />
      {asked.prompts === 0 ? (
        <Empty
          action={
            <ButtonLink kind="primary" href="/questions/new">
              Add a question
            </ButtonLink>
          }
        >
          No questions yet. Canvass asks models your questions every day and shows how sure the
          answers are.
        </Empty>
      ) : (
        <section>
          <h2 className="mb-1 font-semibold text-body">
            Today’s batch{" "}
            <span className="font-mono font-normal text-caption text-ink-2">{today}</span>
          </h2>
          {batch ? (
            <BatchProgress initial={batchState.parse(batch)} timeZone={timeZone} isInTitle />
          ) : (
            <NothingToday asked={asked} timeZone={timeZone} now={now} />
          )}
        </section>
      )}
      <Section title="Spend today">
        <Spend costs={costs} />
      </Section>
      <Section
        title={`Last ${STRIP_DAYS} batches`}
        aside={
          <Link href="/batches" className="text-ink-2 text-small underline underline-offset-2">
            All batches
          </Link>
        }
      >
        <BatchStrip days={days} now={now} />
      </Section>
    </>
  );
}

/** No daily job was made today: all are off or of another frequency, or the cron hasn't come yet. */
function NothingToday({
  asked: { prompts, nextRunAt },
  timeZone,
  now,
}: {
  asked: { prompts: number; nextRunAt: Date | null };
  timeZone: string;
  now: Date;
}) {
  return (
    <Empty action={<ButtonLink href="/questions">Run one now</ButtonLink>}>
      {counted(prompts, "question")}, none asked today yet.{" "}
      {nextRunAt === null
        ? "None of them is asked by itself."
        : nextRunAt <= now
          ? "The next batch starts as soon as the cron calls /api/cron."
          : `The next batch starts ${relativeTime(nextRunAt, timeZone, now)}.`}
    </Empty>
  );
}
