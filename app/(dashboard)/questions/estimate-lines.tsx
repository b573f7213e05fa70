"use client";

import { useState } from "react";
import { buttonClass } from "@/app/ui/button";
import { inputClass } from "@/app/ui/field";
import { estimateSentence } from "@/lib/costs/estimate-words";
import { counted, usd } from "@/lib/format/figures";
import { type Estimate, type EstimateRequest, useEstimate } from "./use-estimate";

/** What one gets for what it costs, and how many runs a wanted precision takes. */
export function EstimateLines({
  request,
  onRuns,
}: {
  request: EstimateRequest;
  /** Takes the runs that the wanted precision needs. */
  onRuns: (runs: number) => void;
}) {
  const [points, setPoints] = useState("");
  const wanted = Number(points);
  const isWanted = points.trim() !== "" && wanted >= 1 && wanted <= 50;
  const { estimate, isOld } = useEstimate({ ...request, ...(isWanted && { points: wanted }) });
  return (
    <section aria-labelledby="what-you-get" className="border-t pt-4">
      <h2 id="what-you-get" className="font-semibold text-body">
        What you get
      </h2>
      <p
        role="status"
        aria-busy={isOld}
        className={`mt-1 min-h-5 text-small tabular-nums ${isOld ? "opacity-60" : ""}`}
      >
        {estimate ? (
          estimateSentence(estimate)
        ) : (
          <span className="text-ink-2">
            Type a question and choose models to see what it tells and costs.
          </span>
        )}
      </p>
      <p className="mt-3 flex flex-wrap items-center gap-2 text-small">
        <label htmlFor="wanted-points">As sure as ±</label>
        <input
          id="wanted-points"
          inputMode="decimal"
          autoComplete="off"
          className={`${inputClass} w-14 text-center tabular-nums`}
          value={points}
          onChange={({ target }) => setPoints(target.value)}
        />
        <span>points over 7 days</span>
        {isWanted && estimate?.plan && <Plan plan={estimate.plan} isOld={isOld} onRuns={onRuns} />}
      </p>
      <p className="mt-1 text-caption text-ink-2">
        For the share of all models together, 1 to 50 points. Every call is taken to be answered.
      </p>
    </section>
  );
}

function Plan({
  plan,
  isOld,
  onRuns,
}: {
  plan: NonNullable<Estimate["plan"]>;
  isOld: boolean;
  onRuns: (runs: number) => void;
}) {
  const { runs, isPossible, costUsdPerMonth, costUsdPerRound } = plan;
  if (!isPossible) {
    return <span className={isOld ? "opacity-60" : ""}>takes more than 50 runs: add models.</span>;
  }
  const cost =
    costUsdPerMonth !== null
      ? `, ${usd(costUsdPerMonth)} a month`
      : costUsdPerRound !== null
        ? `, ${usd(costUsdPerRound)} a run`
        : "";
  return (
    <>
      <span className={`tabular-nums ${isOld ? "opacity-60" : ""}`}>
        takes {counted(runs, "run")}
        {cost}.
      </span>
      <button type="button" className={buttonClass()} onClick={() => onRuns(runs)}>
        Use {counted(runs, "run")}
      </button>
    </>
  );
}
