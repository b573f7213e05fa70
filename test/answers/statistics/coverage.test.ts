import { describe, expect, test } from "vitest";
import { newcombe } from "@/lib/answers/statistics/difference";
import { isTied } from "@/lib/answers/statistics/gap";
import { type Interval, type Share, wilson } from "@/lib/answers/statistics/share";
import { verdictsOf } from "@/lib/answers/statistics/verdicts";

// What the intervals promise, tried: of 2,000 simulated cells about 95 in 100 hold the truth.

const CELLS = 2_000;

/** Numbers from 0 to 1, the same at every run: mulberry32. */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const chance = chances(20_251_014);
const between = (least: number, most: number) => least + (most - least) * chance();
const someAnswers = () => Math.floor(between(10, 300));

function sample(p: number, n: number): Share {
  let k = 0;
  for (let answer = 0; answer < n; answer++) if (chance() < p) k += 1;
  return { k, n };
}

const shareOf = (cells: readonly boolean[]) => cells.filter(Boolean).length / cells.length;
const covers = ({ low, high }: Interval, truth: number) => low <= truth && truth <= high;
const halved = ({ low, high }: Interval): Interval => {
  const quarter = (high - low) / 4;
  return { low: low + quarter, high: high - quarter };
};

describe("an interval of 95 %", () => {
  test("of a share holds the truth in 93 to 97 of 100 cells, and half of it far fewer", () => {
    const cells = Array.from({ length: CELLS }, () => {
      const truth = between(0.02, 0.98);
      const { k, n } = sample(truth, someAnswers());
      return { truth, interval: wilson(k, n) };
    });
    const covered = shareOf(cells.map(({ truth, interval }) => covers(interval, truth)));
    expect(covered).toBeGreaterThan(0.93);
    expect(covered).toBeLessThan(0.97);
    const byHalf = shareOf(cells.map(({ truth, interval }) => covers(halved(interval), truth)));
    expect(byHalf).toBeLessThan(0.75);
  });

  test.each([
    ["equal shares", 0],
    ["different shares", 0.3],
  ])("of the difference of %s holds the truth as often", (_, difference) => {
    const cells = Array.from({ length: CELLS }, () => {
      const p = between(0.05, 0.95 - difference);
      const [from, to] = [sample(p, someAnswers()), sample(p + difference, someAnswers())];
      return newcombe(from, to);
    });
    const covered = shareOf(cells.map((interval) => covers(interval, difference)));
    expect(covered).toBeGreaterThan(0.93);
    expect(covered).toBeLessThan(0.97);
    const byHalf = shareOf(cells.map((interval) => covers(halved(interval), difference)));
    expect(byHalf).toBeLessThan(0.75);
  });
});

describe("a leader", () => {
  /** Answers that name one of two things first, or another: their shares depend on each other. */
  function ties(p1: number, p2: number, n: number): boolean[] {
    return Array.from({ length: CELLS }, () => {
      const counts = [0, 0, 0];
      for (let answer = 0; answer < n; answer++) {
        const drawn = chance();
        const index = drawn < p1 ? 0 : drawn < p1 + p2 ? 1 : 2;
        counts[index] = (counts[index] ?? 0) + 1;
      }
      const [one = 0, other = 0] = counts;
      return isTied(Math.max(one, other), Math.min(one, other), n);
    });
  }

  test("is claimed of two equal ones in about 5 of 100 cells, and of a clear one nearly always", () => {
    const wrong = 1 - shareOf(ties(0.35, 0.35, 100));
    expect(wrong).toBeGreaterThan(0.03);
    expect(wrong).toBeLessThan(0.07);
    expect(1 - shareOf(ties(0.55, 0.2, 100))).toBeGreaterThan(0.95);
  });
});

describe("many shares compared at once", () => {
  const TWENTY = Array.from({ length: 20 }, (_, about) => about);
  const compare = (differenceOf: (about: number) => number) =>
    verdictsOf(
      TWENTY.map((about) => ({
        about,
        from: sample(0.3, 200),
        to: sample(0.3 + differenceOf(about), 200),
      })),
    );

  test("of which none differ, one is called different in about 5 of 100 replies, not in 64", () => {
    const replies = Array.from({ length: 200 }, () => compare(() => 0));
    const wrong = replies.map((verdicts) => verdicts.some(({ verdict }) => verdict === "differs"));
    expect(shareOf(wrong)).toBeLessThan(0.1);
    const uncorrected = replies.map((verdicts) =>
      verdicts.some(({ low, high }) => (low ?? 0) > 0 || (high ?? 0) < 0),
    );
    expect(shareOf(uncorrected)).toBeGreaterThan(0.5);
  });

  test("finds the one that does differ", () => {
    const found = Array.from({ length: 100 }, () =>
      compare((about) => (about === 7 ? 0.25 : 0)).some(
        ({ about, verdict }) => about === 7 && verdict === "differs",
      ),
    );
    expect(shareOf(found)).toBeGreaterThan(0.9);
  });
});
