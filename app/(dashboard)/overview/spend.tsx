import type { readCosts } from "@/lib/costs/costs";
import { counted, usd } from "@/lib/format/figures";
import { Meter } from "../../ui/meter";

/** What today's calls cost; for who sees everybody's, how much of the day's budget that is. */
export function Spend({
  costs: { costUsd, unpricedCalls, budget },
  isAdmin,
}: {
  costs: Awaited<ReturnType<typeof readCosts>>;
  isAdmin: boolean;
}) {
  const used = budget ? budget.spentUsd + budget.reservedUsd : 0;
  const facts = [
    budget && budget.reservedUsd > 0 && `${usd(budget.reservedUsd)} reserved for running jobs.`,
    !budget && (isAdmin ? "No daily budget (DAILY_BUDGET_USD)." : "Your questions' calls, by UTC."),
    unpricedCalls > 0 && `${counted(unpricedCalls, "answer")} had no price and aren't counted.`,
    budget && used >= budget.limitUsd && "The budget is spent: what is left today is skipped.",
  ];
  return (
    <>
      <p className="text-ink-2 tabular-nums">
        <span className="mr-2 font-semibold text-ink text-number">
          {usd(budget?.spentUsd ?? costUsd)}
        </span>
        {budget && <>of {usd(budget.limitUsd)}</>}
      </p>
      {budget && (
        <div className="mt-2">
          <Meter share={budget.limitUsd > 0 ? used / budget.limitUsd : 1} />
        </div>
      )}
      <p className="mt-2 text-caption text-ink-2">{facts.filter(Boolean).join(" ")}</p>
    </>
  );
}
