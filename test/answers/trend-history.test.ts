import { beforeAll, describe, expect, test } from "vitest";
import { addDays } from "@/lib/answers/days";
import { readTrend } from "@/lib/answers/trend";
import { makeModel, makePrompt } from "../factories";
import { ownDatabase } from "../own-database";
import { entityIds, type StoredAnswer, storeAnswers } from "./history";

// 60 days of four models, five runs each: what was put into them is what the trend must find.

ownDatabase();

const RUNS = 5;
const DAYS = 60;
const FIRST = "2026-01-01";
const dayOf = (number: number) => addDays(FIRST, number - 1);
const MISSING = [11, 12, 52].map(dayOf);
const SHIFT = dayOf(31);
const SWAP = dayOf(45);

let promptId: number;
let modelIds: number[];
let dark: number;
let lost: number;

beforeAll(async () => {
  const models = [];
  for (let n = 0; n < 4; n++) models.push(await makeModel({ provider: "openai" }));
  modelIds = models.map(({ id }) => id);
  promptId = (await makePrompt(modelIds)).id;
  const answers = Array.from({ length: DAYS }, (_, day) => dayOf(day + 1)).flatMap((day, d) =>
    MISSING.includes(day) ? [] : answersOf(day, d),
  );
  await storeAnswers(answers);
  [dark = 0, lost = 0] = await entityIds("Dark", "Lost");
});

/** Of a day's 20 answers 10 name Lost; 6 name Dark, and from the shift on 14. Which ones differs by day. */
function answersOf(day: string, d: number): StoredAnswer[] {
  return Array.from({ length: modelIds.length * RUNS }, (_, n) => {
    const place = (n * 7 + d * 3) % 20;
    const modelId = modelIds[n % modelIds.length] ?? 0;
    const isSwapped = modelId === modelIds.at(-1) && day >= SWAP;
    const names = [
      ...(place < (day < SHIFT ? 6 : 14) ? ["Dark"] : []),
      ...(place % 2 === 0 ? ["Lost"] : []),
    ];
    const returnedModel = isSwapped ? "gpt-5-2026" : "gpt-5-2025";
    return { promptId, modelId, at: `${day}T06:00:00Z`, names, returnedModel };
  });
}

const trend = (from: string, to: string, window = 7, modelId: number | null = null) =>
  readTrend(promptId, { range: { from, to }, window, modelId }, { kind: "operator" });

const changeOf = (id: number, { changes }: Awaited<ReturnType<typeof trend>>) =>
  changes.find(({ entityId }) => entityId === id);
const pointsOf = (id: number, { series }: Awaited<ReturnType<typeof trend>>) =>
  series.find(({ entity }) => entity.id === id)?.points ?? [];

describe("60 days with a shift, a swap of the returned model and missing days", () => {
  test("nothing moved before the shift", async () => {
    const before = await trend(FIRST, dayOf(30));
    expect(changeOf(dark, before)).toMatchObject({ verdict: "within_noise", from: 0.3, to: 0.3 });
    expect(changeOf(lost, before)).toMatchObject({ verdict: "within_noise", from: 0.5, to: 0.5 });
    expect(before.leader).toEqual({
      status: "leader",
      entityIds: [lost],
      date: dayOf(30),
      n: 140,
    });
  });

  test("what shifted moved, and nothing else did", async () => {
    const after = await trend(dayOf(25), dayOf(37));
    expect(changeOf(dark, after)).toMatchObject({
      verdict: "moved",
      ...{ from: 42 / 140, to: 98 / 140 },
      low: expect.closeTo(0.2863, 4),
      high: expect.closeTo(0.4986, 4),
    });
    expect(changeOf(lost, after)?.verdict).toBe("within_noise");
    expect(after.leader).toMatchObject({ status: "leader", entityIds: [dark] });
    expect(after.breaks).toEqual([]);
  });

  test("the line breaks where a model returns another id, once, and never pools across it", async () => {
    const all = await trend(FIRST, dayOf(DAYS));
    expect(all.breaks).toEqual([
      { date: SWAP, modelId: modelIds.at(-1), reason: "returned_model" },
    ]);
    const n = new Map(pointsOf(dark, all).map((point) => [point.date, point.n]));
    expect([44, 45, 46, 50, 51].map((number) => n.get(dayOf(number)))).toEqual([
      140, 20, 40, 120, 140,
    ]);
    // Of the same range without the model that was swapped, nothing is cut.
    const other = await trend(FIRST, dayOf(DAYS), 7, modelIds[0] ?? 0);
    expect(other.breaks).toEqual([]);
    expect(pointsOf(dark, other).find(({ date }) => date === SWAP)?.n).toBe(35);
  });

  test("right after the swap there is nothing to compare with", async () => {
    const swapped = await trend(dayOf(40), dayOf(47));
    expect(changeOf(dark, swapped)).toEqual({
      entityId: dark,
      verdict: "not_enough",
      ...{ from: null, to: 0.7, low: null, high: null },
    });
  });

  test("missing days are gaps: no point, no zero, nothing carried forward", async () => {
    const single = await trend(FIRST, dayOf(DAYS), 1);
    const points = pointsOf(dark, single);
    expect(points).toHaveLength(DAYS - MISSING.length);
    expect(points.filter(({ date }) => MISSING.includes(date))).toEqual([]);
    expect(points.map(({ k }) => k)).toEqual(points.map(({ date }) => (date < SHIFT ? 6 : 14)));
    expect(single.coverage.map(({ date }) => date)).toEqual(points.map(({ date }) => date));
    // Five days of the seven.
    const pooled = pointsOf(dark, await trend(FIRST, dayOf(20)));
    expect(pooled.find(({ date }) => date === dayOf(13))).toMatchObject({ k: 30, n: 100 });
  });

  test("a range that begins later reads the days that its first window needs", async () => {
    const whole = pointsOf(dark, await trend(FIRST, dayOf(37)));
    const later = pointsOf(dark, await trend(dayOf(33), dayOf(37)));
    expect(later).toEqual(whole.filter(({ date }) => date >= dayOf(33)));
  });
});
