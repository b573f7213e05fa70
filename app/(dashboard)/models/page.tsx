import type { ReactNode } from "react";
import { addDays } from "@/lib/answers/days";
import { sightOf } from "@/lib/auth/caller";
import { requireViewer } from "@/lib/auth/page-caller";
import { readCosts } from "@/lib/costs/costs";
import { environment } from "@/lib/env";
import { counted, usd, wholeNumber } from "@/lib/format/figures";
import { clock } from "@/lib/format/times";
import { readQueueStats } from "@/lib/jobs/queue-stats";
import { missingKeys } from "@/lib/models/missing-keys";
import { readModels } from "@/lib/models/models";
import { ButtonLink } from "../../ui/button";
import { Empty } from "../../ui/empty";
import { Meter } from "../../ui/meter";
import { Notice } from "../../ui/notice";
import { PageHead } from "../../ui/page-head";
import { readerTimeZone } from "../../ui/reader-time-zone";
import { SimulatedTag } from "../../ui/simulated-tag";
import { Cell, Head, Row, Table } from "../../ui/table";
import { ModelMenu } from "./model-menu";

export const metadata = { title: "Models" };

type Model = Awaited<ReturnType<typeof readModels>>[number];
type Stats = Awaited<ReturnType<typeof readQueueStats>>;

const COST_DAYS = 28;

export default async function Page() {
  const { user, caller } = await requireViewer("/models");
  const [env, sight] = [environment(), sightOf(caller)];
  const today = new Date().toISOString().slice(0, 10);
  const [timeZone, models, stats, costs] = await Promise.all([
    readerTimeZone(),
    readModels(),
    readQueueStats(sight, env),
    readCosts({ from: addDays(today, 1 - COST_DAYS), to: today }, sight, env),
  ]);
  const isAdmin = user.role === "admin";
  const active = models.filter(({ active }) => active);
  const add = isAdmin && <ButtonLink href="/models/new">New model</ButtonLink>;
  return (
    <>
      <PageHead
        title="Models"
        facts={`${counted(models.length, "model")}, ${active.length} on`}
        actions={add}
      />
      {missingKeys(active, env).map(({ variable, models }) => (
        <Notice key={variable} kind="warning">
          {variable} isn’t set, so{" "}
          {models === 1 ? "this model" : `these ${wholeNumber(models)} models`} can’t run.
        </Notice>
      ))}
      {models.length === 0 ? (
        <Empty action={add}>No models yet. A question is asked of those that you add here.</Empty>
      ) : (
        <Table caption="Models">
          <thead>
            <tr>
              <Head>Model</Head>
              <Head>State</Head>
              <Head from="sm">In use</Head>
              <Head isNumber from="xl">
                A minute
              </Head>
              <Head isNumber from="lg">
                $ per million tokens
              </Head>
              <Head isNumber from="sm">
                Cost, {COST_DAYS} days
              </Head>
              {isAdmin && (
                <Head>
                  <span className="sr-only">More</span>
                </Head>
              )}
            </tr>
          </thead>
          <tbody>
            {models.map((model) => (
              <Row key={model.id} isOff={!model.active}>
                <Cell>
                  <Name model={model} />
                </Cell>
                <Cell>
                  <State model={model} paused={stats.paused} timeZone={timeZone} />
                </Cell>
                <Cell from="sm">
                  <InUse model={model} limits={stats.limits} />
                </Cell>
                <Cell isNumber from="xl">
                  {model.requestsPerMinute === null ? "—" : wholeNumber(model.requestsPerMinute)}
                </Cell>
                <Cell isNumber from="lg">
                  <Prices model={model} />
                </Cell>
                <Cell isNumber from="sm">
                  {usd(costs.models.find(({ modelId }) => modelId === model.id)?.costUsd ?? 0)}
                </Cell>
                {isAdmin && (
                  <Cell isNumber>
                    <ModelMenu
                      id={model.id}
                      name={model.name}
                      isActive={model.active}
                      isPaused={stats.paused.some(({ modelId }) => modelId === model.id)}
                    />
                  </Cell>
                )}
              </Row>
            ))}
          </tbody>
        </Table>
      )}
    </>
  );
}

function Name({ model: { name, label, provider } }: { model: Model }) {
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2 gap-y-1">
      <span className="font-mono text-caption wrap-anywhere">{name}</span>
      {label && <span className="text-ink-2">{label}</span>}
      {provider === "simulated" ? (
        <SimulatedTag />
      ) : (
        <span className="text-caption text-ink-2">{provider}</span>
      )}
    </span>
  );
}

/** On, off, or what holds it back: a pause of its own, of its provider, or of everything. */
function State({
  model,
  paused,
  timeZone,
}: {
  model: Model;
  paused: Stats["paused"];
  timeZone: string;
}): ReactNode {
  if (!model.active) return "Off";
  const held = paused.find(
    ({ modelId, provider }) =>
      modelId === model.id ||
      provider === model.provider ||
      (modelId === undefined && provider === undefined),
  );
  if (!held) return "On";
  if (held.reason === "manual") return <span className="text-warning-text">Paused</span>;
  return (
    <span className="text-warning-text">
      Stopped{held.nextProbeAt && ` until ${clock(held.nextProbeAt, timeZone)}`} (
      <span className="font-mono text-caption">{held.reason}</span>)
    </span>
  );
}

function InUse({ model, limits }: { model: Model; limits: Stats["limits"] }) {
  const limit = limits.find(({ key }) => key === `model:${model.id}`);
  if (!limit?.capacity) return <span className="text-ink-2">no limit of its own</span>;
  return (
    <span className="flex items-center gap-2">
      <span className="whitespace-nowrap tabular-nums">
        {limit.inUse} of {limit.capacity}
      </span>
      <span className="w-16">
        <Meter share={limit.inUse / limit.capacity} size={6} />
      </span>
    </span>
  );
}

function Prices({ model }: { model: Model }) {
  if (model.provider === "simulated") return <span className="text-ink-2">free</span>;
  const { inputUsdPerMillion, outputUsdPerMillion } = model;
  if (inputUsdPerMillion === null || outputUsdPerMillion === null) {
    return (
      <>
        — <span className="text-ink-2">no price</span>
      </>
    );
  }
  return (
    <>
      {usd(inputUsdPerMillion)} in, {usd(outputUsdPerMillion)} out
    </>
  );
}
