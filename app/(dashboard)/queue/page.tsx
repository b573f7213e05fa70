import { listNames } from "@/db/account-queries";
import { sightOf } from "@/lib/auth/caller";
import { requireViewer } from "@/lib/auth/page-caller";
import { environment } from "@/lib/env";
import { counted, wholeNumber } from "@/lib/format/figures";
import { ailmentsOf } from "@/lib/format/health";
import { duration } from "@/lib/format/times";
import { readQueueStats } from "@/lib/jobs/queue-stats";
import { readModels } from "@/lib/models/models";
import { CallButton, ConfirmCallButton } from "../../ui/call-button";
import { KeepFresh } from "../../ui/live/keep-fresh";
import { Meter } from "../../ui/meter";
import { PageHead } from "../../ui/page-head";
import { readerTimeZone } from "../../ui/reader-time-zone";
import { Section } from "../../ui/section";
import { Cell, Head, Row, Table } from "../../ui/table";
import { Time } from "../../ui/time";
import { Health } from "../overview/health";

export const metadata = { title: "Queue" };

type Stats = Awaited<ReturnType<typeof readQueueStats>>;

export default async function Page() {
  const { user, caller } = await requireViewer("/queue");
  const [timeZone, stats, models, names] = await Promise.all([
    readerTimeZone(),
    readQueueStats(sightOf(caller), environment()),
    readModels(),
    listNames(),
  ]);
  const isAdmin = user.role === "admin";
  const now = new Date();
  const nameOf = (key: string) => limitName(key, user.id, models, names);
  return (
    <>
      <PageHead title="Queue" facts={factsOf(stats)} actions={isAdmin && <Hold stats={stats} />} />
      <Health stats={stats} isAdmin={isAdmin} timeZone={timeZone} />
      <Table caption="Limits, and what runs and waits under each">
        <thead>
          <tr>
            <Head>Limit</Head>
            <Head from="sm">
              <span className="sr-only">Use</span>
            </Head>
            <Head isNumber>In use</Head>
            <Head isNumber>Wait for it</Head>
          </tr>
        </thead>
        <tbody>
          {stats.limits.map(({ key, inUse, capacity, waiting }) => (
            <Row key={key}>
              <Cell>{nameOf(key)}</Cell>
              <Cell from="sm">
                <span className="block w-40">
                  <Meter share={capacity ? inUse / capacity : 0} size={6} />
                </span>
              </Cell>
              <Cell isNumber>
                {wholeNumber(inUse)} of {capacity === null ? "∞" : wholeNumber(capacity)}
              </Cell>
              <Cell isNumber>{wholeNumber(waiting)}</Cell>
            </Row>
          ))}
        </tbody>
      </Table>
      <Section title="Held back">
        <Paused stats={stats} models={models} isAdmin={isAdmin} timeZone={timeZone} now={now} />
      </Section>
      <Section title="Last calls">
        <dl className="grid max-w-[400px] grid-cols-2 gap-y-2 text-small">
          <dt className="text-ink-2">Cron</dt>
          <dd>
            <Time at={stats.lastCron} timeZone={timeZone} now={now} />
          </dd>
          <dt className="text-ink-2">Sweep</dt>
          <dd>
            <Time at={stats.lastSweep} timeZone={timeZone} now={now} />
          </dd>
        </dl>
        {isAdmin && (
          <div className="mt-4">
            <CallButton
              call={{ method: "GET", path: "/api/cron/sweep" }}
              busy="Sweeping…"
              done="Swept."
            >
              Sweep now
            </CallButton>
          </div>
        )}
      </Section>
      <KeepFresh everySeconds={5} />
    </>
  );
}

function factsOf(stats: Stats): string {
  const { oldestQueuedSeconds, throughputPerMinute, liveStore } = stats;
  return [
    ailmentsOf(stats).length === 0 && stats.healthStatus === "healthy"
      ? "Queue is healthy."
      : `Queue is ${stats.healthStatus}.`,
    stats.queuedJobs > 0
      ? `Oldest wait ${duration(oldestQueuedSeconds * 1_000)}, ${wholeNumber(stats.queuedJobs)} due,`
      : "Nothing is due,",
    `${counted(Math.round(throughputPerMinute), "job")} a minute, live status from ${liveStore}.`,
  ].join(" ");
}

function Hold({ stats }: { stats: Stats }) {
  const isHeld = stats.paused.some(
    ({ provider, modelId }) => provider === undefined && modelId === undefined,
  );
  return isHeld ? (
    <CallButton
      kind="primary"
      call={{ method: "POST", path: "/api/jobs/queue/resume" }}
      busy="Resuming…"
    >
      Resume everything
    </CallButton>
  ) : (
    <ConfirmCallButton
      call={{ method: "POST", path: "/api/jobs/queue/pause" }}
      title="Pause everything?"
      body={`${counted(stats.processingJobs, "running job")} finish, ${wholeNumber(stats.queuedJobs + stats.scheduledJobs)} queued ones wait until you resume.`}
      keep="Keep it running"
      confirm="Pause everything"
      busy="Pausing…"
    >
      Pause everything
    </ConfirmCallButton>
  );
}

type Models = Awaited<ReturnType<typeof readModels>>;

function Paused({
  stats,
  models,
  isAdmin,
  timeZone,
  now,
}: {
  stats: Stats;
  models: Models;
  isAdmin: boolean;
  timeZone: string;
  now: Date;
}) {
  if (stats.paused.length === 0) {
    return (
      <p className="text-ink-2 text-small">
        Nothing is paused, and every provider takes our calls.
      </p>
    );
  }
  return (
    <ul className="text-small">
      {stats.paused.map(({ provider, modelId, reason, since, nextProbeAt }) => {
        const scope = { ...(provider && { provider }), ...(modelId && { modelId }) };
        const name = models.find(({ id }) => id === modelId)?.name ?? provider ?? "Everything";
        return (
          <li
            key={`${provider} ${modelId}`}
            className="flex min-h-9 flex-wrap items-center justify-between gap-2 border-b py-2"
          >
            <span>
              {name}{" "}
              <span className="text-ink-2">
                {reason === "manual" ? "paused by hand" : `stopped: ${reason}`} since{" "}
                <Time at={since} timeZone={timeZone} now={now} />
                {nextProbeAt && (
                  <>
                    , next try <Time at={nextProbeAt} timeZone={timeZone} now={now} />
                  </>
                )}
              </span>
            </span>
            {isAdmin && (
              <CallButton
                call={{ method: "POST", path: "/api/jobs/queue/resume", body: scope }}
                busy="Resuming…"
              >
                {`Resume ${name}`}
              </CallButton>
            )}
          </li>
        );
      })}
    </ul>
  );
}

/** A limit's key of the API in words: whose it is, or which model's. */
function limitName(
  key: string,
  userId: string,
  models: Models,
  names: ReadonlyMap<string, string>,
): string {
  const [kind, id = ""] = key.split(":");
  if (kind === "global") return "All jobs";
  if (kind === "owner") return id === userId ? "You" : (names.get(id) ?? "A deleted account");
  return models.find((model) => String(model.id) === id)?.name ?? "A model";
}
