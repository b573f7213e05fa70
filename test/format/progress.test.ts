import { describe, expect, test } from "vitest";
import {
  announcement,
  paceFacts,
  paceOf,
  quarterOf,
  type Sample,
  withSample,
} from "@/lib/format/progress";

const at = (seconds: number, done: number): Sample => ({ atMs: seconds * 1_000, done });

describe("the pace of a batch", () => {
  test("is what was done between the first and the last look, by the minute", () => {
    expect(paceOf([at(0, 10), at(30, 31)])).toBe(42);
  });

  test("is unknown from one look, or from two at once", () => {
    expect(paceOf([at(0, 10)])).toBeNull();
    expect(paceOf([at(0, 10), at(0, 12)])).toBeNull();
  });

  test("forgets what is older than five minutes, but for the last of it", () => {
    let samples: Sample[] = [];
    for (const second of [0, 60, 120, 240, 360, 480]) {
      samples = withSample(samples, at(second, second));
    }
    expect(samples.map(({ atMs }) => atMs / 1_000)).toEqual([120, 240, 360, 480]);
  });

  test("of a standstill is kept as its begin and its end", () => {
    let samples: Sample[] = [];
    for (const second of [0, 10, 20, 30]) samples = withSample(samples, at(second, 7));
    expect(samples).toEqual([at(0, 7), at(30, 7)]);
  });

  test("begins anew where jobs are restarted: there is less done than before", () => {
    expect(withSample([at(0, 40), at(60, 80)], at(70, 74))).toEqual([at(70, 74)]);
  });
});

describe("the time left", () => {
  const facts = (done: number, perMinute: number, total: number) =>
    paceFacts([at(0, done - perMinute), at(60, done)], total).text;

  test("is in whole minutes, in fives over ten, and less than a minute at the end", () => {
    expect(facts(327, 42, 480)).toBe("about 4 min left, 42 a minute");
    expect(facts(100, 10, 220)).toBe("about 15 min left, 10 a minute");
    expect(facts(470, 42, 480)).toBe("less than a minute left, 42 a minute");
    expect(facts(100, 10, 6_100)).toBe("about 10 hours left, 10 a minute");
  });

  test("isn't told before 20 are done, and nothing is once all are", () => {
    expect(facts(19, 5, 480)).toBe("5 a minute");
    expect(paceFacts([at(0, 0), at(300, 2)], 480).text).toBe("24 an hour");
    expect(facts(480, 42, 480)).toBe("");
  });

  test("isn't told while jobs are held back until a person does something", () => {
    expect(paceFacts([at(0, 20), at(60, 62)], 480, 34).text).toBe("42 a minute");
  });

  test("gives way to since when nothing finished, after two minutes", () => {
    const samples = [at(0, 20), at(10, 30), at(20, 40), at(130, 40)];
    expect(paceFacts(samples, 100)).toMatchObject({ stillSinceMs: null });
    expect(paceFacts([...samples, at(141, 40)], 100)).toEqual({ text: "", stillSinceMs: 20_000 });
  });
});

test("a listener is told of quarters", () => {
  expect([0, 119, 120, 359, 360, 480].map((done) => quarterOf(done, 480))).toEqual([
    0, 0, 25, 50, 75, 100,
  ]);
  expect(quarterOf(0, 0)).toBe(0);
});

describe("who only listens", () => {
  const quiet = { quarter: 25, failed: 0 };

  test("is told of a quarter and of the first failure, and of nothing else", () => {
    expect(announcement(quiet, quiet)).toBe("");
    expect(announcement(quiet, { quarter: 50, failed: 0 })).toBe("50% done.");
    expect(announcement(quiet, { quarter: 25, failed: 1 })).toBe("A job failed.");
    expect(announcement({ quarter: 25, failed: 1 }, { quarter: 25, failed: 2 })).toBe("");
    expect(announcement(quiet, { quarter: 100, failed: 3 })).toBe("All done. A job failed.");
  });

  test("is told of nothing where there is less done than before", () => {
    expect(announcement({ quarter: 100, failed: 6 }, quiet)).toBe("");
  });
});
