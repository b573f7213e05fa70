import { describe, expect, test } from "vitest";
import { type HeldBack, stateOfModel } from "@/lib/models/model-state";

const model = { id: 2, provider: "openai", active: true } as const;
const UNTIL = new Date("2026-01-30T14:06:00Z");
const state = (paused: HeldBack[], facts: { rateLimitedUntil?: Date; key?: false } = {}) =>
  stateOfModel(model, {
    paused,
    missingKeys: facts.key === false ? { openai: "OPENAI_API_KEY" } : {},
    rateLimitedUntil: facts.rateLimitedUntil ?? null,
  });
const byHand = { reason: "manual", nextProbeAt: null };
const circuit: HeldBack = { provider: "openai", reason: "quota_exhausted", nextProbeAt: UNTIL };

describe("a model's state", () => {
  test("is on where nothing holds it back, and another's pause is not its own", () => {
    expect(state([{ ...byHand, modelId: 3 }])).toEqual({ kind: "on" });
    expect(state([{ ...circuit, provider: "openrouter" }])).toEqual({ kind: "on" });
  });

  test("names the narrowest pause, which is the one that a resume has to name", () => {
    const everything = { ...byHand };
    const provider: HeldBack = { ...byHand, provider: "openai" };
    expect(state([everything])).toEqual({ kind: "paused", scope: {} });
    expect(state([everything, provider])).toEqual({
      kind: "paused",
      scope: { provider: "openai" },
    });
    expect(state([everything, provider, { ...byHand, modelId: 2 }])).toEqual({
      kind: "paused",
      scope: { modelId: 2 },
    });
  });

  test("is stopped by its provider's circuit, unless it is paused by hand besides", () => {
    expect(state([circuit])).toEqual({
      kind: "stopped",
      scope: { provider: "openai" },
      until: UNTIL,
      reason: "quota",
    });
    expect(state([circuit, { ...byHand, provider: "openai" }]).kind).toBe("paused");
  });

  test("tells of a missing key before it tells of a slower pace", () => {
    expect(state([], { rateLimitedUntil: UNTIL })).toEqual({ kind: "slowed", until: UNTIL });
    expect(state([], { rateLimitedUntil: UNTIL, key: false })).toEqual({
      kind: "no-key",
      variable: "OPENAI_API_KEY",
    });
  });

  test("is off whatever else holds", () => {
    const off = stateOfModel(
      { ...model, active: false },
      { paused: [circuit], missingKeys: { openai: "OPENAI_API_KEY" }, rateLimitedUntil: UNTIL },
    );
    expect(off).toEqual({ kind: "off" });
  });
});
