import { listMembers } from "@/db/member-queries";
import { sightOf } from "@/lib/auth/caller";
import { requireViewer } from "@/lib/auth/page-caller";
import { environment } from "@/lib/env";
import { healthInWords, paceInWords } from "@/lib/jobs/health-in-words";
import { readQueueStats } from "@/lib/jobs/queue-stats";
import { readWaiting } from "@/lib/jobs/waiting";
import { readModels } from "@/lib/models/models";
import { PageHead } from "../../ui/page-head";
import { readerTimeZone } from "../../ui/reader-time-zone";
import { Time } from "../../ui/time";
import { Counts } from "./counts";
import { HeldBackList } from "./held-back-list";
import { KeepFresh } from "./keep-fresh";
import { LimitsTable } from "./limits-table";
import { QueueActions } from "./queue-actions";
import { SweepNow } from "./sweep-now";
import { WaitingTable } from "./waiting-table";

export const metadata = { title: "Queue" };

export default async function Page() {
  const { caller, user } = await requireViewer("/queue");
  const env = environment();
  const sight = sightOf(caller);
  const isAdmin = caller.role === "admin";
  const [stats, waiting, models, members, timeZone] = await Promise.all([
    readQueueStats(sight, env),
    readWaiting(sight, env),
    readModels(),
    isAdmin ? listMembers() : [],
    readerTimeZone(),
  ]);
  const now = new Date();
  const { sentence, advice } = healthInWords(stats);
  const isWell = stats.healthStatus === "healthy";
  return (
    <>
      <PageHead
        title="Queue"
        facts={isAdmin ? "Everybody’s jobs" : "Your jobs, and the limits with what all have in use"}
        actions={isAdmin && <QueueActions paused={stats.paused} stats={stats} />}
      />
      <div className="mb-2 flex flex-wrap items-start justify-between gap-x-6 gap-y-2">
        <div>
          <p className="max-w-[68ch] font-semibold text-verdict">
            {!isWell && (
              <span className="mr-2 text-warning-text" aria-hidden="true">
                !
              </span>
            )}
            {sentence}
          </p>
          {advice && <p className="text-small">{advice}</p>}
          <p className="mt-1 text-ink-2 text-small tabular-nums">{paceInWords(stats)}</p>
        </div>
        <KeepFresh />
      </div>
      {stats.healthStatus === "stalled" && <SweepNow isAdmin={isAdmin} address={env.APP_URL} />}
      <Counts stats={stats} />
      <div className="grid gap-x-12 xl:grid-cols-2">
        <LimitsTable limits={stats.limits} models={models} members={members} self={user.id} />
        <WaitingTable waiting={waiting} />
      </div>
      <HeldBackList
        paused={stats.paused}
        models={models}
        isAdmin={isAdmin}
        now={now}
        timeZone={timeZone}
      />
      <section className="mt-8 border-t pt-4">
        <h2 className="mb-2 font-semibold">Cron and sweep</h2>
        <dl className="grid max-w-[480px] grid-cols-[auto_1fr] gap-x-6 gap-y-1 text-small">
          <dt className="text-ink-2">Last cron</dt>
          <dd>
            {stats.lastCron ? <Time at={stats.lastCron} timeZone={timeZone} now={now} /> : "never"}
          </dd>
          <dt className="text-ink-2">Last sweep</dt>
          <dd>
            {stats.lastSweep ? (
              <Time at={stats.lastSweep} timeZone={timeZone} now={now} />
            ) : (
              "never"
            )}
          </dd>
        </dl>
        {isAdmin && stats.healthStatus !== "stalled" && <SweepNow isAdmin address={undefined} />}
      </section>
    </>
  );
}
