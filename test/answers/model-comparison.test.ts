import { sql } from "drizzle-orm";
import { beforeEach, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { compareModels } from "@/lib/answers/model-comparison";
import { makeJob, makeModel, makePrompt } from "../factories";
import { ownDatabase } from "../own-database";
import { entityIds, ignoreName, mergeName, type StoredAnswer, storeAnswers } from "./history";

ownDatabase();

const DAY = "2026-03-10";
const NEXT = "2026-03-11";
let promptId: number;
let one: number;
let other: number;

beforeEach(async () => {
  await execute(sql`truncate entities cascade`);
  one = (await makeModel({ provider: "openai", name: `gpt-${Math.random()}` })).id;
  other = (await makeModel()).id;
  promptId = (await makePrompt([one, other])).id;
});

/** As many answers as there are lists of names, as runs of one batch. */
const batch = (modelId: number, runs: string[][], answer: Partial<StoredAnswer> = {}) => {
  const batchKey = `b-${Math.random()}`;
  return runs.map((names, run) => ({
    ...{ promptId, modelId, run, batchKey, at: `${DAY}T12:00:00Z`, names },
    ...answer,
  }));
};
const times = (count: number, names: string[]) => Array.from({ length: count }, () => names);

const compare = () => compareModels(promptId, { from: DAY, to: NEXT }, { kind: "operator" });

describe("models side by side", () => {
  test("each with its shares, its leader, and how far its own runs agree", async () => {
    await storeAnswers([
      ...batch(one, [...times(30, ["Dark", "Lost"]), ...times(10, [])]),
      ...batch(other, times(20, ["Lost"])),
    ]);
    const [dark = 0, lost] = await entityIds("Dark", "Lost");
    const { models, agreement } = await compare();
    expect(models).toMatchObject([
      {
        ...{ model: { id: one, provider: "openai", label: "" }, simulated: false },
        ...{ since: DAY, n: 40, named: 30, none: 10, refused: 0, failed: 0, costUsd: null },
        leader: { status: "tied", entityIds: [dark, lost] },
        entities: [
          { entity: { id: dark, name: "Dark" }, k: 30, n: 40, share: 0.75 },
          { entity: { id: lost, name: "Lost" }, k: 30, n: 40 },
        ],
        // 435 + 45 of 780 pairs.
        agreement: { batches: 1, pairs: 780, modalShare: 0.75, pairAgreement: 480 / 780 },
      },
      {
        ...{ model: { id: other, provider: "simulated" }, simulated: true, n: 20 },
        leader: { status: "leader", entityIds: [lost] },
        agreement: { pairAgreement: 1, normalisedEntropy: 0 },
      },
    ]);
    expect(agreement).toMatchObject({ batches: 2, pairs: 970, pairAgreement: 670 / 970 });
  });

  test("runs agree where they name the same thing first, by whichever of its names; an ignored one is none", async () => {
    await storeAnswers([
      ...batch(one, [["GoT", "Dark"], ["Thrones"], ["Show", "Thrones"], ["Dark", "GoT"]]),
      ...batch(one, [["Show"], []]),
    ]);
    await mergeName("GoT", "Thrones");
    await ignoreName("Show");
    // Three of four the same: 3 of 6 pairs; then two that name nothing.
    const [model] = (await compare()).models;
    expect(model?.agreement).toMatchObject({ batches: 2, pairs: 7, pairAgreement: 4 / 7 });
    expect(model).toMatchObject({ n: 6, named: 4, none: 2 });
  });

  test("counts only what was answered since a model's last break", async () => {
    const later = { at: `${NEXT}T12:00:00Z`, returnedModel: "gpt-6" };
    await storeAnswers([
      ...batch(one, times(30, ["Dark"])),
      ...batch(one, times(25, ["Lost"]), later),
      ...batch(other, times(30, ["Dark"])),
    ]);
    const { models } = await compare();
    expect(models.map(({ since, n, entities }) => [since, n, entities[0]?.entity.name])).toEqual([
      [NEXT, 25, "Lost"],
      [DAY, 30, "Dark"],
    ]);
  });

  test("a model that only failed is there, with what it cost, and pruned jobs with the rest", async () => {
    const job = await makeJob({ promptId, modelId: one, createdAt: new Date(`${DAY}T01:00:00Z`) });
    await execute(sql`update prompt_jobs set status = 'failed', error_code = 'refused',
      cost_usd = 0.25, finished_at = now() where id = ${job.id}`);
    await execute(sql`insert into batch_cells (prompt_id, model_id, batch_key, planned, answered,
      failed, refused, cost_usd, first_created_at, last_finished_at)
      values (${promptId}, ${one}, 'pruned', 5, 2, 3, 1, 0.5, ${`${DAY}T00:00:00Z`}, now())`);
    const { models, comparisons, agreement } = await compare();
    expect(models).toMatchObject([
      { n: 0, since: null, failed: 4, refused: 2, costUsd: 0.75, agreement: null, entities: [] },
    ]);
    expect([comparisons, agreement]).toEqual([[], null]);
  });
});

describe("two models", () => {
  test("differ where their shares do, by more than chance, and are compared by each name", async () => {
    await storeAnswers([
      ...batch(one, [...times(48, ["Dark", "Lost"]), ...times(32, ["Lost"])]),
      ...batch(other, [...times(56, ["Dark", "Lost"]), ...times(14, ["Lost"])]),
    ]);
    const [dark, lost] = await entityIds("Dark", "Lost");
    const { comparisons } = await compare();
    expect(comparisons).toEqual([
      {
        ...{ entityId: lost, modelIds: [one, other], verdict: "within_noise", from: 1, to: 1 },
        ...{ low: expect.any(Number), high: expect.any(Number) },
      },
      {
        // Newcombe's published example.
        ...{ entityId: dark, modelIds: [one, other], verdict: "differs", from: 0.6, to: 0.8 },
        ...{ low: expect.closeTo(0.0524, 4), high: expect.closeTo(0.3339, 4) },
      },
    ]);
  });

  test("are compared by no more than five names, and no more than ten models", async () => {
    const more = [];
    for (let n = 0; n < 10; n++) more.push((await makeModel()).id);
    const names = Array.from({ length: 8 }, (_, n) => `Name ${n}`);
    await storeAnswers([one, ...more].flatMap((modelId) => batch(modelId, [names, names])));
    await storeAnswers(batch(other, [names]));
    const { comparisons, models } = await compare();
    expect(models).toHaveLength(12);
    expect(comparisons).toHaveLength(5 * 45);
    expect(comparisons.flatMap(({ modelIds }) => modelIds)).not.toContain(other);
    expect(new Set(comparisons.map(({ verdict }) => verdict))).toEqual(new Set(["not_enough"]));
  });
});
