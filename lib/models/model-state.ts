import type { Provider } from "@/db/schema";

/** What a pause holds back, as the API takes it: a provider, a model, or everything. */
export type Scope = { provider?: Provider; modelId?: number };

/** Something that is held back, by hand (`manual`) or by a circuit, whose reason is an error code. */
export type HeldBack = Scope & { reason: string; nextProbeAt: Date | null };

/** Whether a model is asked now, and what has to happen if not. */
export type ModelState =
  | { kind: "on" }
  | { kind: "off" }
  | { kind: "paused"; scope: Scope }
  /** A circuit is open: its provider refuses our calls, and is tried again then. */
  | { kind: "stopped"; scope: Scope; until: Date | null; reason: string }
  | { kind: "no-key"; variable: string }
  /** The provider asked to be called no sooner. */
  | { kind: "slowed"; until: Date };

const WHY: Readonly<Record<string, string>> = {
  quota_exhausted: "quota",
  provider_auth: "key refused",
};

/** A circuit's reason in a word or two. */
export function reasonInBrief(reason: string): string {
  return WHY[reason] ?? reason.replaceAll("_", " ");
}

/**
 * The first that holds: off; paused by hand, the narrowest scope first, since that is what a resume has to
 * name; stopped; without a key; asked to be slower.
 */
export function stateOfModel(
  model: { id: number; provider: Provider; active: boolean },
  {
    paused,
    missingKeys,
    rateLimitedUntil,
  }: {
    paused: readonly HeldBack[];
    missingKeys: Partial<Record<Provider, string>>;
    rateLimitedUntil: Date | null;
  },
): ModelState {
  if (!model.active) return { kind: "off" };
  const byHand = paused.filter(({ reason }) => reason === "manual");
  const holding =
    byHand.find(({ modelId }) => modelId === model.id) ??
    byHand.find(({ provider }) => provider === model.provider) ??
    byHand.find(({ modelId, provider }) => modelId === undefined && provider === undefined);
  if (holding) return { kind: "paused", scope: scopeOf(holding) };
  const circuit = paused.find(
    ({ provider, reason }) => provider === model.provider && reason !== "manual",
  );
  if (circuit) {
    const { nextProbeAt: until, reason } = circuit;
    return { kind: "stopped", scope: scopeOf(circuit), until, reason: reasonInBrief(reason) };
  }
  const variable = missingKeys[model.provider];
  if (variable !== undefined) return { kind: "no-key", variable };
  return rateLimitedUntil ? { kind: "slowed", until: rateLimitedUntil } : { kind: "on" };
}

function scopeOf({ provider, modelId }: Scope): Scope {
  if (modelId !== undefined) return { modelId };
  return provider === undefined ? {} : { provider };
}
