import type { ModelFigures } from "@/db/model-figure-queries";
import type { Provider } from "@/db/schema";
import { counted, usd, wholeNumber } from "@/lib/format/figures";
import { pricesInWords } from "@/lib/models/model-form";
import { Meter } from "../../ui/meter";
import { Cell } from "../../ui/table";

type Model = {
  provider: Provider;
  maxConcurrency: number | null;
  requestsPerMinute: number | null;
  inputUsdPerMillion: number | null;
  outputUsdPerMillion: number | null;
};

/** The cells of a model's figures. */
export function ModelUse({ model, figures }: { model: Model; figures: ModelFigures | undefined }) {
  const { maxConcurrency, requestsPerMinute } = model;
  const inUse = figures?.inUse ?? 0;
  const prices = pricesInWords(model);
  return (
    <>
      <Cell from="sm">
        {maxConcurrency === null ? (
          <span className="whitespace-nowrap tabular-nums">
            {wholeNumber(inUse)} <span className="text-ink-2">no limit</span>
          </span>
        ) : (
          <span className="flex items-center gap-3">
            <span className="w-16 whitespace-nowrap tabular-nums">
              {wholeNumber(inUse)} of {wholeNumber(maxConcurrency)}
            </span>
            <span className="w-16">
              <Meter share={inUse / maxConcurrency} size={6} />
            </span>
          </span>
        )}
      </Cell>
      <Cell from="xl" isNumber>
        {requestsPerMinute === null ? (
          <span className="text-ink-2">no limit</span>
        ) : (
          wholeNumber(requestsPerMinute)
        )}
      </Cell>
      <Cell from="xl">
        <span className={`whitespace-nowrap ${prices === "no price" ? "text-ink-2" : ""}`}>
          {prices}
        </span>
      </Cell>
      <Cell from="lg" isNumber>
        {wholeNumber(figures?.answers ?? 0)}
      </Cell>
      <Cell from="lg" isNumber>
        <Spent provider={model.provider} figures={figures} />
      </Cell>
    </>
  );
}

function Spent({ provider, figures }: { provider: Provider; figures: ModelFigures | undefined }) {
  if (provider === "simulated") return usd(0);
  const unpriced = figures?.unpricedCalls ?? 0;
  // A sum of nothing but unknown costs is unknown.
  const known = figures?.costUsd === 0 && unpriced > 0 ? null : (figures?.costUsd ?? null);
  return (
    <>
      {usd(known)}
      {unpriced > 0 && (
        <span className="block text-caption text-ink-2">
          {counted(unpriced, "call")} had no price
        </span>
      )}
    </>
  );
}
