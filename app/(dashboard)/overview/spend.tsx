import type { readCosts } from "@/lib/costs/costs";
import { counted, usd } from "@/lib/format/figures";
import { Meter } from "../../ui/meter";

/** What today's calls cost, and how much of the day's budget that is. */
export function Spend({ costs }: { costs: Awaited<ReturnType<typeof readCosts>> }) {
  const { costUsd, unpricedCalls, budget } = costs;
  const used = budget && budget.spentUsd + budget.reservedUsd;
  return (
    <>
      <p className="text-ink-2 tabular-nums">
        <span className="mr-2 font-semibold text-ink text-number">
          {usd(budget?.spentUsd ?? costUsd)}
        </span>
        {budget && <>of {usd(budget.limitUsd)}</>}
      </p>
      {budget && used !== null && (
        <div className="mt-2">
          <Meter share={budget.limitUsd > 0 ? used / budget.limitUsd : 1} />
        </div>
      )}
      <p className="mt-2 text-caption text-ink-2">
        {budget
          ? `${usd(budget.reservedUsd)} reserved for running jobs. `
          : "No daily budget (DAILY_BUDGET_USD). "}
        {unpricedCalls > 0 && `${counted(unpricedCalls, "call")} had no price and aren't counted.`}
      </p>
    </>
  );
}
