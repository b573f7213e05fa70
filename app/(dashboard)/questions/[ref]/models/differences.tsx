import { Whisker } from "@/app/ui/whisker";
import { ENOUGH_ANSWERS } from "@/lib/answers/statistics/share";
import { counted, percent, points, wholeNumber } from "@/lib/format/figures";
import { modelLabel } from "@/lib/models/model-label";
import type { Comparison } from "../agreement";

type Difference = Comparison["comparisons"][number];

/** Where two models name the same thing more or less often than chance explains; and each one's share. */
export function Differences({ comparison }: { comparison: Comparison }) {
  const { models, comparisons } = comparison;
  const howMany = (verdict: Difference["verdict"]) =>
    comparisons.filter((one) => one.verdict === verdict).length;
  if (models.length < 2) return null;
  const ids = [...new Set(comparisons.map(({ entityId }) => entityId))];
  return (
    <section className="mt-12">
      <h2 className="font-semibold text-verdict">Where they differ</h2>
      <p className="mt-1 mb-4 max-w-[68ch] text-ink-2 text-small">
        Of {counted(comparisons.length, "comparison")} of two models,{" "}
        {wholeNumber(howMany("differs"))} differ by more than noise,{" "}
        {wholeNumber(howMany("within_noise"))} don't, {wholeNumber(howMany("not_enough"))} have too
        few answers.
      </p>
      <div className="grid gap-x-8 gap-y-8 lg:grid-cols-2">
        {ids.map((id) => (
          <OfName key={id} id={id} comparison={comparison} />
        ))}
      </div>
    </section>
  );
}

function OfName({
  id,
  comparison: { models, comparisons },
}: {
  id: number;
  comparison: Comparison;
}) {
  const shares = models.map(({ model, n, entities }) => ({
    model,
    n,
    named: entities.find(({ entity }) => entity.id === id),
  }));
  const name = shares.find(({ named }) => named)?.named?.entity.name ?? "";
  const labelOf = (modelId: number | undefined) => {
    const found = models.find(({ model }) => model.id === modelId);
    return found ? modelLabel(found.model) : "";
  };
  const differing = comparisons.filter((one) => one.entityId === id && one.verdict === "differs");
  return (
    <section>
      <h3 className="border-b pb-2 font-medium wrap-anywhere">{name}</h3>
      <ul>
        {shares.map(({ model, n, named }) => (
          <li
            key={model.id}
            className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 border-b py-1.5 text-small sm:grid-cols-[minmax(0,1fr)_160px_128px]"
          >
            <span className="wrap-anywhere">{modelLabel(model)}</span>
            <span className="max-sm:order-3 max-sm:col-span-2">
              {named && <Whisker interval={{ ...named, enough: n >= ENOUGH_ANSWERS }} />}
            </span>
            <span className="text-right whitespace-nowrap tabular-nums">
              {named ? (
                <>
                  {percent(named.share)}{" "}
                  <span className="text-ink-2">
                    {wholeNumber(named.k)} of {wholeNumber(n)}
                  </span>
                </>
              ) : (
                <span className="text-ink-3">not among its ten</span>
              )}
            </span>
          </li>
        ))}
      </ul>
      <ul className="mt-2 flex flex-col gap-1 text-caption text-ink-2">
        {differing.length === 0 && <li>No two models differ by more than noise.</li>}
        {differing.map((one) => (
          <li key={one.modelIds.join()} className="wrap-anywhere">
            {labelOf(one.modelIds[1])} against {labelOf(one.modelIds[0])}: {gapOf(one)}
          </li>
        ))}
      </ul>
    </section>
  );
}

function gapOf({ from, to, low, high }: Difference): string {
  if (from === null || to === null || low === null || high === null) return "too few answers";
  return `${points(to - from)} (95% interval ${points(low)} to ${points(high)})`;
}
