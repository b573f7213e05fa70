import { listMembers } from "@/db/member-queries";
import { sightOf } from "@/lib/auth/caller";
import { requireViewer } from "@/lib/auth/page-caller";
import { environment } from "@/lib/env";
import { queueInWords } from "@/lib/jobs/queue-in-words";
import { readQueueStats } from "@/lib/jobs/queue-stats";
import { readWaiting } from "@/lib/jobs/waiting";
import { readModels } from "@/lib/models/models";
import { CallButton } from "../../ui/call-button";
import { FreshMark } from "../../ui/live/keep-fresh";
import { PageHead } from "../../ui/page-head";
import { readerTimeZone } from "../../ui/reader-time-zone";
import { Time } from "../../ui/time";
import { Health } from "../overview/health";
import { Counts } from "./counts";
import { HeldBackList } from "./held-back-list";
import { LimitsTable } from "./limits-table";
import { QueueActions } from "./queue-actions";
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
  return (
    <>
      <PageHead
        title="Queue"
        badge={<FreshMark path="/api/jobs/queue/stats" everySeconds={5} />}
        facts={queueInWords(stats)}
        actions={isAdmin && <QueueActions paused={stats.paused} stats={stats} />}
      />
      <Health stats={stats} isAdmin={isAdmin} timeZone={timeZone} />
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
        {isAdmin && stats.healthStatus !== "stalled" && (
          <div className="mt-3">
            <CallButton
              call={{ method: "GET", path: "/api/cron/sweep" }}
              busy="Sweeping…"
              done="A sweep ran."
            >
              Sweep now
            </CallButton>
          </div>
        )}
      </section>
    </>
  );
}
