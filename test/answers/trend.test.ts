import { sql } from "drizzle-orm";
import { beforeEach, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { addDays } from "@/lib/answers/days";
import { readTrend } from "@/lib/answers/trend";
import { makeJob, makeModel, makePrompt } from "../factories";
import { ownDatabase } from "../own-database";
import { entityIds, ignoreName, mergeName, type StoredAnswer, storeAnswers } from "./history";

ownDatabase();

const DAY = "2026-03-10";
let promptId: number;
let modelId: number;

beforeEach(async () => {
  await execute(sql`truncate entities cascade`);
  modelId = (await makeModel({ provider: "openai" })).id;
  promptId = (await makePrompt([modelId])).id;
});

/** So many equal answers at noon of a day. */
const many = (count: number, names: string[], day = DAY, answer: Partial<StoredAnswer> = {}) =>
  Array.from({ length: count }, () => ({
    ...{ promptId, modelId, at: `${day}T12:00:00Z`, names },
    ...answer,
  }));

const trend = (
  given: { from?: string; to?: string; window?: number; modelId?: number | null } = {},
) => {
  const { from = addDays(DAY, -6), to = DAY, window = 7 } = given;
  const options = { range: { from, to }, window, modelId: given.modelId ?? null };
  return readTrend(promptId, options, { kind: "operator" });
};

describe("what counts", () => {
  test("each answer once, those that name nothing too, under Wilson's interval", async () => {
    await storeAnswers([...many(5, ["Dark", "Lost"]), ...many(3, ["Lost"]), ...many(2, [])]);
    const [dark = 0, lost = 0] = await entityIds("Dark", "Lost");
    const { series, entityCount, simulated } = await trend();
    expect(series).toEqual([
      {
        entity: { id: lost, name: "Lost" },
        points: [{ ...point(8, 10), share: 0.8, enough: false }],
      },
      {
        entity: { id: dark, name: "Dark" },
        // measuring.md's check value: 5 of 10 is 24 to 76 %.
        points: [
          {
            ...{ date: DAY, k: 5, n: 10, share: 0.5, enough: false },
            ...{ low: expect.closeTo(0.2366, 4), high: expect.closeTo(0.7634, 4) },
          },
        ],
      },
    ]);
    expect({ entityCount, simulated }).toEqual({ entityCount: 2, simulated: false });
  });

  const point = (k: number, n: number) => ({
    ...{ date: DAY, k, n, low: expect.any(Number), high: expect.any(Number) },
  });

  test("a merged name as what it was merged into, and an answer with both names once", async () => {
    await storeAnswers([
      ...many(4, ["GoT"]),
      ...many(2, ["Game of Thrones", "GoT", "Thrones"]),
      ...many(1, ["Thrones"]),
      ...many(3, ["Dark"]),
    ]);
    await mergeName("GoT", "Thrones");
    await mergeName("Thrones", "Game of Thrones");
    const { series } = await trend();
    expect(series.map(({ entity, points }) => [entity.name, points[0]?.k, points[0]?.n])).toEqual([
      ["Game of Thrones", 7, 10],
      ["Dark", 3, 10],
    ]);
  });

  test("an ignored name, and what is merged into it, nowhere; its answers among all", async () => {
    await storeAnswers([...many(15, ["TV show", "Show"]), ...many(10, ["Dark", "Show", "Series"])]);
    await ignoreName("Series");
    await mergeName("Show", "TV show");
    await ignoreName("TV show");
    const [dark] = await entityIds("Dark");
    const { series, leader, changes, entityCount } = await trend();
    expect(series.map(({ entity, points }) => [entity.name, points[0]?.k, points[0]?.n])).toEqual([
      ["Dark", 10, 25],
    ]);
    expect(leader.entityIds).toEqual([dark]);
    expect([changes.length, entityCount]).toEqual([1, 1]);
  });

  test("days in UTC, the last moment of one and the first of the next apart", async () => {
    await storeAnswers([
      ...many(1, ["Dark"], DAY, { at: `${DAY}T23:59:59.999Z` }),
      ...many(2, ["Dark"], DAY, { at: `${addDays(DAY, 1)}T00:00:00Z` }),
      ...many(4, ["Dark"], DAY, { at: `${DAY}T00:00:00Z` }),
      ...many(8, ["Dark"], DAY, { at: `${addDays(DAY, -1)}T23:59:59.999Z` }),
    ]);
    const { series } = await trend({ from: DAY, window: 1 });
    expect(series[0]?.points).toMatchObject([{ date: DAY, k: 5, n: 5 }]);
  });

  test("of another prompt nothing, of another model only where all are asked for", async () => {
    const other = await makeModel({ provider: "simulated" });
    const elsewhere = await makePrompt([modelId]);
    await storeAnswers([
      ...many(1, ["Dark"]),
      ...many(2, ["Dark"], DAY, { modelId: other.id }),
      ...many(4, ["Dark"], DAY, { promptId: elsewhere.id }),
    ]);
    const all = await trend();
    expect([all.series[0]?.points[0]?.n, all.simulated]).toEqual([3, true]);
    const one = await trend({ modelId });
    expect([one.series[0]?.points[0]?.n, one.simulated]).toEqual([1, false]);
    expect(one.coverage).toMatchObject([{ planned: 1 }]);
  });

  test("no more than 50 names, the most named ones, but whoever leads now", async () => {
    const names = Array.from({ length: 60 }, (_, n) => `Name ${n}`);
    const before = addDays(DAY, -10);
    await storeAnswers([
      ...names.flatMap((name) => many(40, [name], before)),
      ...many(30, ["Newcomer"]),
    ]);
    const [newcomer] = await entityIds("Newcomer");
    const { series, entityCount, changes, leader } = await trend({ from: addDays(DAY, -20) });
    expect([series.length, changes.length, entityCount]).toEqual([50, 50, 61]);
    expect(leader).toMatchObject({ status: "leader", entityIds: [newcomer] });
    expect(series.at(-1)?.entity.name).toBe("Newcomer");
    expect(series.at(-1)?.points.map(({ k, n }) => [k, n])).toEqual([
      [0, 2400],
      [30, 30],
    ]);
  });
});

describe("a break", () => {
  const NEXT = addDays(DAY, 1);
  const breaksAfter = async (
    before: Partial<StoredAnswer>,
    after: Partial<StoredAnswer>,
    between = 1,
  ) => {
    const day = addDays(DAY, between);
    await storeAnswers([...many(2, ["Dark"], DAY, before), ...many(3, ["Dark"], day, after)]);
    const { breaks, series } = await trend({ from: DAY, to: day });
    return { reasons: breaks.map(({ reason }) => reason), n: series[0]?.points.at(-1)?.n };
  };

  test.each<[string, Partial<StoredAnswer>, Partial<StoredAnswer>, string[]]>([
    ["the question", {}, { promptVersion: 2 }, ["question"]],
    ["the instructions", {}, { instructionsVersion: 2 }, ["instructions"]],
    ["a setting", { settings: '{"t":1}' }, { settings: '{"t":0.5}' }, ["settings"]],
    ["an id that is told now", { returnedModel: null }, {}, ["returned_model"]],
    ["an id that isn't told any more", {}, { returnedModel: null }, ["returned_model"]],
    ["two things", {}, { promptVersion: 2, settings: "[]" }, ["question", "settings"]],
  ])("is where %s changes", async (_, before, after, reasons) => {
    expect(await breaksAfter(before, after)).toEqual({ reasons, n: 3 });
  });

  test.each<[string, Partial<StoredAnswer>, Partial<StoredAnswer>]>([
    [
      "the same settings are written in another order",
      { settings: '{"a":1,"b":2}' },
      { settings: '{"b":2, "a":1}' },
    ],
    ["an id is never told", { returnedModel: null }, { returnedModel: null }],
  ])("isn't where %s", async (_, before, after) => {
    expect(await breaksAfter(before, after)).toEqual({ reasons: [], n: 5 });
  });

  test("is on the first day with answers after days without, also after many", async () => {
    expect(await breaksAfter({}, { promptVersion: 2 }, 90)).toEqual({
      reasons: ["question"],
      n: 3,
    });
  });

  test("is known on the first day of the range, and told only within it", async () => {
    await storeAnswers([
      ...many(2, ["Dark"], addDays(DAY, -40)),
      ...many(2, ["Dark"], DAY, { promptVersion: 2 }),
      ...many(2, ["Dark"], NEXT, { promptVersion: 2 }),
    ]);
    const told = { date: DAY, modelId, reason: "question" };
    expect((await trend({ from: DAY, to: NEXT })).breaks).toEqual([told]);
    expect((await trend({ from: NEXT, to: NEXT })).breaks).toEqual([]);
    // Yet the first window isn't pooled across it.
    await storeAnswers(many(4, ["Dark"], addDays(DAY, -1)));
    const { series } = await trend({ from: NEXT, to: NEXT });
    expect(series[0]?.points).toMatchObject([{ n: 4 }]);
  });

  test("of a model's day counts by its last answer; what it answered before under others is left out", async () => {
    await storeAnswers([
      ...many(2, ["Dark"], DAY),
      ...many(3, ["Dark"], NEXT, { at: `${NEXT}T06:00:00Z` }),
      ...many(4, ["Dark"], NEXT, { at: `${NEXT}T18:00:00Z`, promptVersion: 2 }),
    ]);
    const { series, breaks } = await trend({ from: DAY, to: NEXT });
    expect(series[0]?.points.map(({ n }) => n)).toEqual([2, 4]);
    expect(breaks).toEqual([{ date: NEXT, modelId, reason: "question" }]);
  });

  test("of one model cuts what is pooled of all, and of two models is told of each", async () => {
    const other = await makeModel();
    await storeAnswers([
      ...many(2, ["Dark"], DAY),
      ...many(2, ["Dark"], DAY, { modelId: other.id }),
      ...many(3, ["Dark"], NEXT, { promptVersion: 2 }),
      ...many(3, ["Dark"], NEXT, { modelId: other.id }),
    ]);
    const { series, breaks } = await trend({ from: DAY, to: NEXT });
    expect(breaks).toMatchObject([{ modelId }]);
    expect(series[0]?.points.at(-1)?.n).toBe(6);
  });
});

describe("the leader", () => {
  const leaderAfter = async (answers: StoredAnswer[]) => {
    await storeAnswers(answers);
    return (await trend()).leader;
  };

  test("is of the last day with answers, and says which", async () => {
    const day = addDays(DAY, -2);
    const leader = await leaderAfter(many(20, ["Dark"], day));
    const [dark] = await entityIds("Dark");
    expect(leader).toEqual({ status: "leader", entityIds: [dark], date: day, n: 20 });
  });

  test("is nobody with 19 answers", async () => {
    const leader = await leaderAfter(many(19, ["Dark"]));
    expect(leader).toEqual({ status: "not_enough", entityIds: [], date: DAY, n: 19 });
  });

  test("is tied with all whose gap to it may be chance, and with nobody else", async () => {
    const leader = await leaderAfter([
      ...many(14, ["Dark", "Lost"]),
      ...many(10, ["Lost"]),
      ...many(14, ["Dark"]),
      ...many(2, ["Cats"]),
    ]);
    const [dark, lost] = await entityIds("Dark", "Lost");
    expect(leader).toMatchObject({ status: "tied", entityIds: [dark, lost], n: 40 });
  });

  test("is tied with nobody where nothing is named", async () => {
    expect(await leaderAfter(many(30, []))).toMatchObject({ status: "tied", entityIds: [], n: 30 });
  });

  test("is unknown without answers, and so is all else", async () => {
    const { series, changes, coverage, breaks, leader, entityCount } = await trend();
    expect([series, changes, coverage, breaks, entityCount]).toEqual([[], [], [], [], 0]);
    expect(leader).toEqual({ status: "not_enough", entityIds: [], date: null, n: 0 });
  });
});

describe("a change", () => {
  test("is seen of what vanished before the range began", async () => {
    await storeAnswers([
      ...many(50, ["Lost"], addDays(DAY, -8)),
      ...many(50, ["Dark"], addDays(DAY, -1)),
    ]);
    const { changes, series } = await trend({ from: addDays(DAY, -2) });
    const [dark, lost] = await entityIds("Dark", "Lost");
    expect(changes.map(({ entityId, verdict, from, to }) => [entityId, verdict, from, to])).toEqual(
      [
        [dark, "moved", 0, 1],
        [lost, "moved", 1, 0],
      ],
    );
    expect(series[1]?.points).toMatchObject([{ k: 0, n: 50, share: 0 }]);
  });

  test("is told by its interval, but not claimed, with fewer than 20 answers", async () => {
    await storeAnswers([
      ...many(19, ["Lost"], addDays(DAY, -8)),
      ...many(50, ["Dark"], addDays(DAY, -1)),
    ]);
    const { changes } = await trend();
    expect(changes.map(({ verdict }) => verdict)).toEqual(["not_enough", "not_enough"]);
    expect(changes[0]?.low).toBeGreaterThan(0.5);
  });
});

describe("coverage", () => {
  test("counts a day's jobs by what became of them, and pruned ones by what they left", async () => {
    const job = (status: string, errorCode: string | null, day = DAY) =>
      makeJob({ promptId, modelId, createdAt: new Date(`${day}T23:00:00Z`) }).then(({ id }) =>
        execute(sql`update prompt_jobs set status = ${status}, error_code = ${errorCode},
          finished_at = now() where id = ${id}`),
      );
    await job("succeeded", null);
    await job("failed", "refused");
    await job("failed", "timeout");
    await job("skipped", "superseded");
    await job("cancelled", "cancelled");
    await makeJob({ promptId, modelId, createdAt: new Date(`${DAY}T00:00:00Z`) });
    await job("succeeded", null, addDays(DAY, 1));
    const cell = (day: string, batchKey: string) =>
      execute(sql`insert into batch_cells (prompt_id, model_id, batch_key, planned, answered, failed,
        refused, first_created_at, last_finished_at)
        values (${promptId}, ${modelId}, ${batchKey}, 10, 6, 3, 2, ${`${day}T00:00:00Z`}, now())`);
    await cell(DAY, "pruned");
    await cell(addDays(DAY, -3), "old");
    const { coverage } = await trend();
    expect(coverage).toEqual([
      { date: addDays(DAY, -3), planned: 10, answered: 6, failed: 3, refused: 2 },
      { date: DAY, planned: 16, answered: 7, failed: 5, refused: 3 },
    ]);
  });
});
