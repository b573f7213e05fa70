import { beforeAll, describe, expect, test } from "vitest";
import { addDays } from "@/lib/answers/days";
import { readMoved } from "@/lib/answers/moved";
import { readTrend } from "@/lib/answers/trend";
import { makeModel, makePrompt } from "../factories";
import { ownDatabase } from "../own-database";
import { ignoreName, mergeName, type StoredAnswer, storeAnswers } from "./history";

ownDatabase();

const NOW = new Date("2026-01-31T12:00:00Z");
const TODAY = "2026-01-31";
const FROM = addDays(TODAY, -29);

type Day = { ago: number; names: Record<string, number>; at?: Partial<StoredAnswer> };

let modelId: number;
beforeAll(async () => {
  modelId = (await makeModel({ provider: "openai" })).id;
});

/** A prompt whose answers of some days name these things so often; "" is an answer that names none. */
async function asked(days: readonly Day[], ownerId: string | null = null): Promise<number> {
  const { id: promptId } = await makePrompt([modelId], { ownerId });
  const answers = days.flatMap(({ ago, names, at }) =>
    Object.entries(names).flatMap(([name, times]) =>
      Array.from({ length: times }, () => ({
        ...{ promptId, modelId, ownerId: ownerId ?? undefined, names: name === "" ? [] : [name] },
        ...{ at: `${addDays(TODAY, -ago)}T06:00:00Z`, ...at },
      })),
    ),
  );
  await storeAnswers(
    answers.map(({ ownerId: owner, ...rest }) => ({ ...rest, ...(owner && { ownerId: owner }) })),
  );
  return promptId;
}

const of = async (ownerId: string) => readMoved({ ownerId }, NOW);

describe("which questions moved", () => {
  test("says by how much, as the question's own trend does", async () => {
    const promptId = await asked(
      [
        { ago: 10, names: { Severance: 30, Andor: 30 } },
        { ago: 2, names: { Severance: 50, Andor: 10 } },
      ],
      "ann",
    );
    const { moved, withinNoise, notEnough } = await of("ann");
    expect({ withinNoise, notEnough }).toEqual({ withinNoise: 0, notEnough: 0 });
    expect(moved).toMatchObject([{ promptId, entity: "Severance", k: 50, n: 60 }]);
    const range = { from: FROM, to: TODAY };
    const trend = await readTrend(
      promptId,
      { range, window: 7, modelId: null },
      { kind: "operator" },
    );
    const series = trend.series.find(({ entity }) => entity.name === "Severance");
    const change = trend.changes.find(({ entityId }) => entityId === series?.entity.id);
    const { share, low, high } = series?.points.at(-1) ?? {};
    expect(moved[0]).toMatchObject({
      interval: { low, high },
      difference: (share ?? 0) - (change?.from ?? 0),
      differenceInterval: { low: change?.low, high: change?.high },
    });
  });

  test("counts those within noise, and those with too few answers in either window", async () => {
    await asked(
      [
        { ago: 10, names: { A: 30 } },
        { ago: 1, names: { A: 29, B: 1 } },
      ],
      "bob",
    );
    await asked(
      [
        { ago: 10, names: { A: 19 } },
        { ago: 1, names: { B: 40 } },
      ],
      "bob",
    );
    await asked([{ ago: 1, names: { B: 40 } }], "bob");
    await asked(
      [
        { ago: 10, names: { "": 30 } },
        { ago: 1, names: { "": 30 } },
      ],
      "bob",
    );
    expect(await of("bob")).toMatchObject({ moved: [], withinNoise: 2, notEnough: 2 });
  });

  test("leaves out what nobody answered for 7 days, and what is another owner's", async () => {
    await asked(
      [
        { ago: 17, names: { A: 40 } },
        { ago: 7, names: { B: 40 } },
      ],
      "cid",
    );
    await asked(
      [
        { ago: 13, names: { A: 40 } },
        { ago: 6, names: { B: 40 } },
      ],
      "cid",
    );
    await asked(
      [
        { ago: 13, names: { A: 40 } },
        { ago: 6, names: { B: 40 } },
      ],
      "dan",
    );
    const { moved, withinNoise, notEnough } = await of("cid");
    expect([moved.length, withinNoise, notEnough]).toEqual([1, 0, 0]);
  });

  test("never compares across a break, be the last answers before it older than what is read", async () => {
    const newer = { returnedModel: "gpt-6" };
    await asked(
      [
        { ago: 9, names: { A: 40 } },
        { ago: 2, names: { B: 40 }, at: newer },
      ],
      "eve",
    );
    await asked(
      [
        { ago: 40, names: { A: 40 } },
        { ago: 12, names: { A: 40 }, at: newer },
        { ago: 2, names: { B: 40 }, at: newer },
      ],
      "eve",
    );
    const { moved, notEnough } = await of("eve");
    expect([moved.length, notEnough]).toEqual([1, 1]);
  });

  test("counts merged names as one, and ignored ones not at all", async () => {
    await asked(
      [
        { ago: 9, names: { Shogun: 40 } },
        { ago: 2, names: { "Shogun 2024": 40 } },
      ],
      "fay",
    );
    await asked(
      [
        { ago: 9, names: { Nothing: 40 } },
        { ago: 2, names: { Noise: 40 } },
      ],
      "fay",
    );
    await mergeName("Shogun 2024", "Shogun");
    await ignoreName("Nothing");
    await ignoreName("Noise");
    expect(await of("fay")).toMatchObject({ moved: [], withinNoise: 2 });
  });

  test("corrects all questions together: a difference that one alone would have isn't one of many", async () => {
    // p = 0.036 by itself, Newcombe's interval excludes 0.
    const slight = [
      { ago: 9, names: { A: 20, B: 20 } },
      { ago: 2, names: { A: 29, B: 11 } },
    ];
    await asked(slight, "gil");
    expect((await of("gil")).moved).toHaveLength(1);
    for (let other = 0; other < 12; other++) {
      await asked(
        [
          { ago: 9, names: { A: 20, B: 20 } },
          { ago: 2, names: { A: 20, B: 20 } },
        ],
        "gil",
      );
    }
    expect(await of("gil")).toMatchObject({ moved: [], withinNoise: 13 });
  });

  test("shows of a question the name that leads now, the largest difference first", async () => {
    await asked(
      [
        { ago: 9, names: { A: 25, B: 15 } },
        { ago: 2, names: { A: 10, B: 30 } },
      ],
      "hal",
    );
    await asked(
      [
        { ago: 9, names: { C: 40 } },
        { ago: 2, names: { D: 40 } },
      ],
      "hal",
    );
    const { moved } = await of("hal");
    expect(moved.map(({ entity, difference }) => [entity, Math.round(difference * 100)])).toEqual([
      ["D", 100],
      ["B", 38],
    ]);
  });
});
