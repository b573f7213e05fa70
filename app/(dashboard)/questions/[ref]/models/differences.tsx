import { Share } from "@/app/ui/share";
import { Whisker } from "@/app/ui/whisker";
import { readingOf } from "@/lib/charts/readout";
import { counted, points, wholeNumber } from "@/lib/format/figures";
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
  const named = comparisons.filter((one) => one.entityId === id);
  const shares = models.map(({ model, n, entities }) => ({
    ...{ model, n },
    k: entities.find(({ entity }) => entity.id === id)?.k ?? countIn(named, model.id, n),
  }));
  const name = models.flatMap(({ entities }) => entities).find(({ entity }) => entity.id === id);
  const labelOf = (modelId: number | undefined) => {
    const found = models.find(({ model }) => model.id === modelId);
    return found ? modelLabel(found.model) : "";
  };
  const differing = named.filter((one) => one.verdict === "differs");
  return (
    <section>
      <h3 className="border-b pb-2 font-medium wrap-anywhere">{name?.entity.name}</h3>
      <ul>
        {shares.map(({ model, n, k }) => {
          const reading = readingOf(k ?? 0, k === null ? null : n);
          return (
            <li
              key={model.id}
              className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 border-b py-1.5 text-small sm:grid-cols-[minmax(0,1fr)_160px_128px]"
            >
              <span className="wrap-anywhere">{modelLabel(model)}</span>
              <span className="max-sm:order-3 max-sm:col-span-2">
                {reading && <Whisker interval={reading} />}
              </span>
              <span className="text-right">
                {reading ? <Share k={k ?? 0} n={n} /> : <span className="text-ink-3">—</span>}
              </span>
            </li>
          );
        })}
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

/** In how many of its `n` answers a model names what is compared, where that isn't among its most named. */
function countIn(differences: readonly Difference[], modelId: number, n: number): number | null {
  for (const { modelIds, from, to } of differences) {
    const share = modelIds[0] === modelId ? from : modelIds[1] === modelId ? to : null;
    if (share !== null) return Math.round(share * n);
  }
  return null;
}

function gapOf({ from, to, low, high }: Difference): string {
  if (from === null || to === null || low === null || high === null) return "too few answers";
  return `${points(to - from)} (95% interval ${points(low)} to ${points(high)})`;
}
