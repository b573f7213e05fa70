import { createHash } from "node:crypto";

type Seed = readonly (string | number)[];

/** A number in [0, 1), evenly spread over seeds and always the same for the same seed. */
export function fraction(seed: Seed): number {
  const digest = createHash("sha256").update(JSON.stringify(seed)).digest();
  return digest.readUIntBE(0, 6) / 2 ** 48;
}

/** One of the items, by the seed. */
export function pick<T>(items: readonly [T, ...T[]], seed: Seed): T {
  return items[Math.floor(fraction(seed) * items.length)] ?? items[0];
}

/**
 * A slow random walk: a value in [-1, 1] for each day that changes smoothly, with a new turn every
 * `turnDays`. Value noise (random values at the turns, cosine interpolation between them), so that
 * day 20,000 costs no more than day 0. In: a seed and a UTC day, YYYY-MM-DD.
 */
export function drift(seed: Seed, day: string, turnDays: number): number {
  const position = daysSinceEpoch(day) / turnDays;
  const turn = Math.floor(position);
  const from = fraction([...seed, "turn", turn]) * 2 - 1;
  const to = fraction([...seed, "turn", turn + 1]) * 2 - 1;
  const blend = (1 - Math.cos((position - turn) * Math.PI)) / 2;
  return from + (to - from) * blend;
}

function daysSinceEpoch(day: string): number {
  const epochMs = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(epochMs) ? 0 : Math.floor(epochMs / 86_400_000);
}
