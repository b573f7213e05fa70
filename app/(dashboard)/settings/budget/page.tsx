import { readSpentToday } from "@/db/cost-queries";
import { sightOf } from "@/lib/auth/caller";
import { requireViewer } from "@/lib/auth/page-caller";
import { readCosts } from "@/lib/costs/costs";
import { environment } from "@/lib/env";
import { counted, usd } from "@/lib/format/figures";
import { Meter } from "../../../ui/meter";
import { Section } from "../section";

export const metadata = { title: "Budget" };

export default async function Page() {
  const { caller } = await requireViewer("/settings/budget");
  const env = environment();
  const isAdmin = caller.role === "admin";
  const today = new Date().toISOString().slice(0, 10);
  const [costs, spent] = await Promise.all([
    readCosts({ from: today, to: today }, sightOf(caller), env),
    isAdmin ? readSpentToday() : null,
  ]);
  const limit = env.DAILY_BUDGET_USD === undefined ? null : Number(env.DAILY_BUDGET_USD);
  return (
    <Section
      title="Budget"
      facts={isAdmin ? `Today, ${today} (UTC), all calls` : `Today, ${today} (UTC), your calls`}
    >
      {spent ? (
        <Spent {...spent} limitUsd={limit} />
      ) : (
        <p className="font-semibold text-number tabular-nums">{usd(costs.costUsd)}</p>
      )}
      {costs.unpricedCalls > 0 && (
        <p className="mt-2 text-small">
          {counted(costs.unpricedCalls, "call")} had no price, and{" "}
          {costs.unpricedCalls === 1 ? "isn’t" : "aren’t"} in it.
        </p>
      )}
      <div className="mt-6 max-w-[68ch] text-ink-2 text-small">
        {limit === null ? (
          <p>
            No daily budget. Set <code className="font-mono text-caption">DAILY_BUDGET_USD</code> on
            the server and restart, and nothing more is asked on a day once it is spent.
          </p>
        ) : (
          <p>
            <code className="font-mono text-caption">DAILY_BUDGET_USD</code> sets the limit on the
            server. A job that would pass it is skipped, and so is one of a model without a price.
            The day ends at midnight UTC.
          </p>
        )}
      </div>
    </Section>
  );
}

function Spent({
  spentUsd,
  reservedUsd,
  limitUsd,
}: {
  spentUsd: number;
  reservedUsd: number;
  limitUsd: number | null;
}) {
  return (
    <>
      <p className="tabular-nums">
        <span className="font-semibold text-number">{usd(spentUsd)}</span>{" "}
        {limitUsd !== null && <span className="text-ink-2 text-small">of {usd(limitUsd)}</span>}
      </p>
      {limitUsd !== null && (
        <div className="mt-2 max-w-[480px]">
          <Meter share={limitUsd > 0 ? (spentUsd + reservedUsd) / limitUsd : 1} />
        </div>
      )}
      {reservedUsd > 0 && (
        <p className="mt-2 text-small">
          {usd(reservedUsd)} is reserved for calls in flight, in the bar too.
        </p>
      )}
    </>
  );
}
