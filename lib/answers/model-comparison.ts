import type { DayRange } from "@/db/answer-segments";
import { countModels, type ModelAnswers } from "@/db/model-comparison-queries";
import type { Caller } from "@/lib/auth/caller";
import { type PromptRef, resolvePrompt } from "@/lib/prompts/prompts";
import { leaderOf } from "./leader";
import { agreementOf } from "./statistics/agreement";
import { wilson } from "./statistics/share";
import { verdictsOf } from "./statistics/verdicts";

// Each further one adds a comparison with every other: 45 pairs of models by 5 names are enough to read,
// and the more is asked at once, the less of it can stand.
const MOST_MODELS_COMPARED = 10;
const MOST_ENTITIES_COMPARED = 5;

/** How many of a model's names are listed. */
const MOST_ENTITIES = 10;

/**
 * A prompt's models side by side: what each names, how far its own runs agree, and where two of them
 * differ by more than chance. Throws as `resolvePrompt` does.
 */
export async function compareModels(ref: PromptRef, range: DayRange, caller: Caller) {
  const { id: promptId } = await resolvePrompt(ref, caller);
  const models = await countModels(promptId, range);
  return {
    promptId,
    models: models.map(describe),
    agreement: agreementOf(models.flatMap(({ patterns }) => patterns)),
    comparisons: comparisonsOf(models),
  };
}

function describe(counted: ModelAnswers) {
  const { model, since, n, named, failed, refused, costUsd } = counted;
  return {
    model,
    simulated: model.provider === "simulated",
    ...{ since, n, named, none: n - named, refused, failed, costUsd },
    leader: leaderOf(counted.entities, n),
    entities: counted.entities
      .toSorted((a, b) => b.k - a.k || a.id - b.id)
      .slice(0, MOST_ENTITIES)
      .map(({ id, name, k }) => ({ entity: { id, name }, k, n, share: k / n, ...wilson(k, n) })),
    agreement: agreementOf(counted.patterns),
  };
}

/** The names that are given most often in all, by each two of the models with the most answers. */
function comparisonsOf(models: readonly ModelAnswers[]) {
  const chosen = models
    .filter(({ n }) => n > 0)
    .sort((a, b) => b.n - a.n || a.model.id - b.model.id)
    .slice(0, MOST_MODELS_COMPARED)
    .sort((a, b) => a.model.id - b.model.id);
  const pairs = chosen.flatMap((one, index) =>
    chosen.slice(index + 1).map((other) => [one, other] as const),
  );
  const compared = mostNamed(chosen).flatMap((entityId) =>
    pairs.map(([one, other]) => ({
      about: { entityId, modelIds: [one.model.id, other.model.id] },
      from: { k: countOf(entityId, one), n: one.n },
      to: { k: countOf(entityId, other), n: other.n },
    })),
  );
  return verdictsOf(compared).map(({ about, ...verdict }) => ({ ...about, ...verdict }));
}

function mostNamed(models: readonly ModelAnswers[]): number[] {
  const inAll = new Map<number, number>();
  for (const { id, k } of models.flatMap(({ entities }) => entities)) {
    inAll.set(id, (inAll.get(id) ?? 0) + k);
  }
  return [...inAll]
    .sort(([a, inA], [b, inB]) => inB - inA || a - b)
    .slice(0, MOST_ENTITIES_COMPARED)
    .map(([id]) => id);
}

function countOf(entityId: number, { entities }: ModelAnswers): number {
  return entities.find(({ id }) => id === entityId)?.k ?? 0;
}
