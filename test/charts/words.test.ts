import { describe, expect, test } from "vitest";
import type { Change } from "@/db/history-queries";
import { changeOf } from "@/lib/charts/change";
import { beforeOf, changeSentence } from "@/lib/charts/change-sentence";
import { coverageCells, coverageOf, coverageSentence } from "@/lib/charts/coverage";
import { spokenReading } from "@/lib/charts/readout";
import { trendTable, writeTrend } from "@/lib/charts/trend-table";
import { verdictOf } from "@/lib/charts/verdict";
import { lineOf, point } from "./points";

const DAY = "2026-01-30";

const trendOf = (
  status: "leader" | "tied" | "not_enough",
  ks: number[],
  n = 70,
): Parameters<typeof verdictOf>[0]["trend"] => ({
  window: 7,
  leader: { status, entityIds: status === "not_enough" ? [] : ks.map((_, id) => id), date: DAY, n },
  series: ks.map((k, id) => ({
    entity: { id, name: ["Severance", "Andor", "Shōgun"][id] ?? `Name ${id}` },
    points: [{ date: DAY, ...point(k, n) }],
  })),
});

const say = (trend: ReturnType<typeof trendOf>, answersPerDay: number | null = 10) => {
  const { claim, grounds } = verdictOf({ trend, dayLabel: "30 Jan", answersPerDay });
  return `${claim} ${grounds}`;
};

describe("the verdict", () => {
  test("of a leader has its share, interval and window", () => {
    expect(say(trendOf("leader", [41]))).toBe(
      "Severance leads. It is named in 41 of 70 answers (59%, 95% interval 47–69%) over the 7 days to 30 Jan.",
    );
  });

  test("of a tie names all of them", () => {
    expect(say(trendOf("tied", [41, 38]))).toBe(
      "Severance and Andor are tied. They are named in 38 to 41 of 70 answers over the 7 days to 30 Jan: the gap between them is within noise.",
    );
    expect(say(trendOf("tied", [41, 40, 38]))).toContain("Severance, Andor and Shōgun are tied.");
    expect(say(trendOf("tied", [9, 8, 8, 8, 8, 8]))).toContain("Name 3 and 2 more are tied.");
  });

  test("of too few answers says how many it takes, and when they may be there", () => {
    expect(say(trendOf("not_enough", [], 12))).toBe(
      "Too few answers to name a leader: 12 of the 20 it takes. About 1 more day at this pace.",
    );
    expect(say(trendOf("not_enough", [], 12), 3)).toContain("About 3 more days at this pace.");
    expect(say(trendOf("not_enough", [], 12), null)).toContain(
      "It is only asked when run by hand.",
    );
  });

  test("of too few answers doesn't promise what so few days never hold", () => {
    expect(say(trendOf("not_enough", [], 12), 2)).toBe(
      "Too few answers to name a leader: 12 of the 20 it takes. At this pace 7 days hold about 14: pool more days, or add runs.",
    );
  });

  test("where nothing is named says so", () => {
    expect(say(trendOf("tied", []))).toBe(
      "Nothing is named. None of 70 answers names anything over the 7 days to 30 Jan.",
    );
  });

  test("of one name alone that is too seldom named calls it no leader", () => {
    expect(say(trendOf("tied", [2]))).toBe(
      "Nobody leads for sure. Severance is named in 2 of 70 answers (3%, 95% interval 1–10%) over the 7 days to 30 Jan.",
    );
  });
});

describe("a change", () => {
  const change = (verdict: "moved" | "within_noise" | "not_enough") => ({
    ...{ entityId: 1, verdict, from: 0.4, to: 0.56, low: 0.05, high: 0.27 },
  });

  test("is told in points only where it is more than noise", () => {
    expect(changeOf(change("moved"))).toBe("moved +16 points");
    expect(changeOf({ ...change("moved"), to: 0.3 })).toBe("moved −10 points");
    expect(changeOf(change("within_noise"))).toBe("within noise");
    expect(changeOf(change("not_enough"))).toBe("too few answers");
    expect(changeOf(undefined)).toBe("too few answers");
  });
});

describe("a break", () => {
  const models = [{ id: 2, provider: "openai" as const, name: "gpt-5", label: "" }];
  const answered = { promptVersion: 1, instructionsVersion: 1, settings: { temperature: 1 } };
  const broken = (reason: Change["reason"]): Change => ({
    ...{ date: "2026-01-15", modelId: 2, reason },
    before: { ...answered, returnedModel: "gpt-5-2025-08-07" },
    after: {
      ...{ promptVersion: 2, instructionsVersion: 3 },
      ...{ settings: { temperature: 0.5, effort: "low" }, returnedModel: "gpt-5-2026-01-05" },
    },
  });

  test.each([
    ["returned_model", "From 15 Jan gpt-5 answers as gpt-5-2026-01-05."],
    ["question", "From 15 Jan gpt-5 answers version 2 of the question."],
    ["instructions", "From 15 Jan gpt-5 answers under version 3 of our instructions."],
    [
      "settings",
      "From 15 Jan gpt-5 has other settings: effort not set → low, temperature 1 → 0.5.",
    ],
  ] as const)("by %s says since when and what", (reason, sentence) => {
    expect(changeSentence(broken(reason), models, new Date("2026-01-30"))).toBe(sentence);
  });

  test("says what it was before", () => {
    expect(beforeOf(broken("returned_model"))).toBe("Before: gpt-5-2025-08-07.");
    expect(beforeOf(broken("question"))).toBe("Before: version 1.");
  });
});

describe("coverage", () => {
  const day = (date: string, planned: number, answered: number) => ({
    ...{ date, planned, answered, failed: planned - answered, refused: 0 },
  });
  const days = ["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04"];

  test("has a cell for each day from the first with jobs, empty where there were none", () => {
    const coverage = [day("2026-01-02", 4, 3), day("2026-01-04", 4, 4)];
    const options = { isDaily: true, today: "2026-01-09" };
    const cells = coverageCells(days, coverage, options);
    expect(cells.map(({ day: at, answered }) => [at, answered])).toEqual([
      ["2026-01-02", 0.75],
      ["2026-01-03", null],
      ["2026-01-04", 1],
    ]);
    expect(coverageCells(days, coverage, { ...options, isDaily: false })).toHaveLength(2);
    expect(
      coverageCells(days, coverage.slice(0, 1), { ...options, today: "2026-01-03" }),
    ).toHaveLength(1);
  });

  test("that isn't full is never 100%", () => {
    expect(coverageSentence(coverageOf([day("2026-01-01", 1000, 999)]))).toBe(
      "Coverage 99%, 999 of 1,000 answered, 1 failed, days in UTC",
    );
    expect(coverageSentence(coverageOf([]))).toBe("Nothing was asked on these days.");
  });
});

describe("the figures", () => {
  const days = ["2026-01-01", "2026-01-02", "2026-01-03"];
  const coverage = [
    { date: "2026-01-01", planned: 10, answered: 10, failed: 0, refused: 0 },
    { date: "2026-01-02", planned: 10, answered: 0, failed: 10, refused: 0 },
  ];
  const daily = { isDaily: true, breaks: [] };
  const lines = [
    lineOf([5, null, 8], { n: 10, name: "=Severance" }),
    lineOf([4, null, 2], { n: 10, id: 2, name: "Andor" }),
  ];

  test("stand newest first, with the reason of a gap and of a break", () => {
    const { rows } = trendTable(days, lines, coverage, {
      ...daily,
      breaks: [{ day: "2026-01-03", sentence: "Why." }],
    });
    expect(rows.map(({ day, n, notes }) => [day, n, notes])).toEqual([
      ["2026-01-03", 10, ["Why."]],
      ["2026-01-02", null, ["None of 10 jobs answered"]],
      ["2026-01-01", 10, []],
    ]);
    expect(rows[0]?.points.map((one) => one?.k)).toEqual([8, 2]);
  });

  test("of a weekly question leave out the days on which nothing was to be asked", () => {
    const { rows } = trendTable(days, lines, coverage.slice(0, 1), { ...daily, isDaily: false });
    expect(rows.map(({ day }) => day)).toEqual(["2026-01-03", "2026-01-01"]);
  });

  test("begin with the first day that was asked", () => {
    const later = lines.map((line) => ({ ...line, points: [null, null, ...line.points.slice(2)] }));
    const { rows } = trendTable(days, later, coverage.slice(1), daily);
    expect(rows.map(({ day }) => day)).toEqual(["2026-01-03", "2026-01-02"]);
    expect(trendTable(days, [], [], daily).rows).toEqual([]);
  });

  test("as CSV have a row for each day and name, which no spreadsheet runs", () => {
    const [head, first, , gap] = writeTrend(trendTable(days, lines, coverage, daily)).split("\n");
    expect(head).toBe("date,entityId,entity,k,n,share,low,high,enough,note");
    expect(first).toMatch(/^2026-01-03,1,'=Severance,8,10,0\.8,0\.\d+,0\.\d+,false,$/);
    expect(gap).toBe("2026-01-02,,,,,,,,,None of 10 jobs answered");
  });

  test("of a day are said in words", () => {
    const names = [
      { name: "Severance", k: 41 },
      { name: "Andor", k: 20 },
    ];
    expect(spokenReading("2026-01-03", 70, names)).toBe(
      "3 January: Severance 59%, 41 of 70; Andor 29%, 20 of 70",
    );
    expect(spokenReading("2026-01-03", null, names)).toBe("3 January: no answers");
    expect(spokenReading("2026-01-03", 10, [])).toContain("too few answers");
  });
});
