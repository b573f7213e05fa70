import { expect, it } from "vitest";
import { costOfCall } from "@/lib/models/cost";

const prices = { inputUsdPerMillion: 2, cachedInputUsdPerMillion: 0.5, outputUsdPerMillion: 8 };
const usage = { inputTokens: 1_000, cachedInputTokens: 400, outputTokens: 100 };
const atPrices = (600 * 2 + 400 * 0.5 + 100 * 8) / 1e6;

it("takes the provider's own figure before any price, zero included", () => {
  expect(costOfCall(0.0123, usage, prices)).toBe(0.0123);
  expect(costOfCall(0, usage, prices)).toBe(0);
});

it("multiplies tokens by prices, cached input at its own", () => {
  expect(costOfCall(null, usage, prices)).toBe(atPrices);
});

it("counts cached input at the full price where its own is unknown", () => {
  const unknown = { ...prices, cachedInputUsdPerMillion: null };
  expect(costOfCall(null, usage, unknown)).toBe((1_000 * 2 + 100 * 8) / 1e6);
});

it("counts input as uncached where the provider did not say", () => {
  const unsaid = { ...usage, cachedInputTokens: null };
  expect(costOfCall(null, unsaid, prices)).toBe((1_000 * 2 + 100 * 8) / 1e6);
});

it("never counts more cached tokens than there are", () => {
  const absurd = { ...usage, cachedInputTokens: 5_000 };
  expect(costOfCall(null, absurd, prices)).toBe((1_000 * 0.5 + 100 * 8) / 1e6);
});

it("is null, never 0, where tokens or a price are unknown", () => {
  expect(costOfCall(null, { ...usage, inputTokens: null }, prices)).toBeNull();
  expect(costOfCall(null, { ...usage, outputTokens: null }, prices)).toBeNull();
  expect(costOfCall(null, usage, { ...prices, inputUsdPerMillion: null })).toBeNull();
  expect(costOfCall(null, usage, { ...prices, outputUsdPerMillion: null })).toBeNull();
});

it("takes an impossible figure for unknown", () => {
  for (const figure of [-1, Number.NaN, Number.POSITIVE_INFINITY, 1e9]) {
    expect(costOfCall(figure, usage, prices)).toBeNull();
  }
});

it("has no noise of binary fractions", () => {
  expect(costOfCall(0.1 + 0.2, usage, prices)).toBe(0.3);
});
