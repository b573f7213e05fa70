import { expect, test } from "vitest";
import { verdictsOf } from "@/lib/answers/statistics/verdicts";

const compare = (...[k1, n1, k2, n2]: [number, number, number, number]) =>
  verdictsOf([{ about: "Dark", from: { k: k1, n: n1 }, to: { k: k2, n: n2 } }])[0];

test("a difference whose interval excludes 0 stands, and one that doesn't is noise", () => {
  expect(compare(48, 80, 56, 70)).toEqual({
    about: "Dark",
    verdict: "differs",
    from: 0.6,
    to: 0.8,
    low: expect.closeTo(0.0524, 4),
    high: expect.closeTo(0.3339, 4),
  });
  expect(compare(48, 80, 50, 80)?.verdict).toBe("within_noise");
  expect(compare(0, 80, 0, 80)).toMatchObject({ verdict: "within_noise", from: 0, to: 0 });
});

test("fewer than 20 answers on either side are not enough, however clear; without any there is no share", () => {
  expect(compare(0, 19, 200, 200)).toMatchObject({ verdict: "not_enough", from: 0, to: 1 });
  expect(compare(0, 200, 19, 19)).toMatchObject({ verdict: "not_enough" });
  expect(compare(0, 20, 20, 20)).toMatchObject({ verdict: "differs" });
  expect(compare(0, 0, 5, 20)).toEqual({
    about: "Dark",
    verdict: "not_enough",
    ...{ from: null, to: 0.25, low: null, high: null },
  });
});

test("what would stand alone is noise among many, but not among names that nobody gave", () => {
  // Two-sided p 0.025.
  const one = { about: 0, from: { k: 30, n: 100 }, to: { k: 45, n: 100 } };
  const others = (k: number) =>
    Array.from({ length: 19 }, (_, n) => ({
      about: n + 1,
      from: { k, n: 100 },
      to: { k, n: 100 },
    }));
  expect(verdictsOf([one])[0]?.verdict).toBe("differs");
  expect(verdictsOf([one, ...others(10)])[0]).toMatchObject({
    verdict: "within_noise",
    low: expect.closeTo(0.0159, 4),
  });
  expect(verdictsOf([one, ...others(0)])[0]?.verdict).toBe("differs");
});
