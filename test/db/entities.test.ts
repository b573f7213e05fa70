import { sql } from "drizzle-orm";
import fc from "fast-check";
import postgres from "postgres";
import { beforeAll, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { insertAlias, mergeEntity, splitEntity, updateEntity } from "@/db/entities";
import { findEntity, findEntityByKey, listEntities } from "@/db/entity-queries";
import { makeModel, makePrompt } from "../factories";
import { answerNaming } from "../named-answers";
import { ownDatabase } from "../own-database";

const database = ownDatabase();

let promptId: number;
let ownPromptId: number;
beforeAll(async () => {
  const { id } = await makeModel();
  promptId = (await makePrompt([id])).id;
  ownPromptId = (await makePrompt([id], { ownerId: "ada" })).id;
});

let names = 0;
async function makeNames(count: number): Promise<number[]> {
  const ids: number[] = [];
  for (let n = 0; n < count; n++)
    ids.push((await answerNaming(promptId, [`name ${++names}`])).entityIds[0] ?? 0);
  return ids;
}
const pair = async () => {
  const [a = 0, b = 0] = await makeNames(2);
  return { a, b };
};

async function rootsOf(ids: readonly number[]): Promise<Map<number, number>> {
  const rows = await execute<{ entity_id: number; root_id: number }>(
    sql`select * from entity_roots where entity_id = any(${`{${ids}}`}::bigint[])`,
  );
  expect(rows).toHaveLength(ids.length);
  return new Map(rows.map((row) => [row.entity_id, row.root_id]));
}

describe("merging", () => {
  test("of two names into each other at once lets exactly one win", async () => {
    const pairs = await Promise.all(Array.from({ length: 40 }, pair));
    const won = await Promise.all(
      pairs.map(({ a, b }) => Promise.all([mergeEntity(a, b), mergeEntity(b, a)])),
    );
    expect(won.map((both) => both.filter(Boolean).length)).toEqual(pairs.map(() => 1));
    for (const { a, b } of pairs) {
      const roots = await rootsOf([a, b]);
      expect(roots.get(a)).toBe(roots.get(b));
    }
  });

  test("and splitting at random and at once never makes a ring, nor loses a name", async () => {
    const ids = await makeNames(8);
    const step = fc.record({ from: fc.nat(7), to: fc.nat(7), merges: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 40 }), async (steps) => {
        await Promise.all(
          steps.map(({ from, to, merges }) =>
            merges ? mergeEntity(ids[from] ?? 0, ids[to] ?? 0) : splitEntity(ids[from] ?? 0),
          ),
        );
        // Whatever is in a ring, or behind one, the view would call its own root.
        const roots = await rootsOf(ids);
        const rows = await execute<{ id: number; merged_into: number | null }>(
          sql`select id, merged_into from entities where id = any(${`{${ids}}`}::bigint[])`,
        );
        for (const { id, merged_into } of rows) {
          expect(roots.get(id) === id).toBe(merged_into === null);
          if (merged_into !== null) expect(roots.get(id)).toBe(roots.get(merged_into));
        }
      }),
      { numRuns: 30 },
    );
  });

  test("does nothing with one name, an alias or one that isn't there", async () => {
    const { a, b } = await pair();
    const { a: c } = await pair();
    expect(await mergeEntity(a, a)).toBe(false);
    expect(await mergeEntity(a, 99_999_999)).toBe(false);
    expect(await mergeEntity(99_999_999, a)).toBe(false);
    expect(await mergeEntity(a, b)).toBe(true);
    expect(await mergeEntity(a, c)).toBe(false);
    expect(await mergeEntity(c, a)).toBe(false);
  });

  test("waits for no answer that is just naming one of the two", async () => {
    const { a, b } = await pair();
    const other = postgres(database.url, { max: 1 });
    await other.begin(async (tx) => {
      // As the foreign key of response_entities does.
      await tx`select from entities where id in (${a}, ${b}) for key share`;
      expect(await mergeEntity(a, b)).toBe(true);
    });
    await other.end();
  });
});

test("a split gives back what a name was, with what had been merged into it before", async () => {
  const [first = 0, second = 0, third = 0] = await makeNames(3);
  await updateEntity(second, { state: "mapped", category: "shows" });
  const before = await findEntity(second);
  await mergeEntity(first, second);
  await mergeEntity(second, third);
  expect((await findEntity(third))?.aliases.map(({ id }) => id)).toEqual([first, second]);
  expect((await findEntity(first))?.mergedInto?.id).toBe(third);
  await splitEntity(second);
  expect(await findEntity(third)).toMatchObject({ aliases: [], answers: 1 });
  expect((await findEntity(second))?.aliases.map(({ id }) => id)).toEqual([first]);
  await splitEntity(first);
  expect(await findEntity(second)).toEqual(before);
});

test("a change of state or category is for a name that stands for itself, one of its name for all", async () => {
  const { a, b } = await pair();
  await mergeEntity(a, b);
  expect(await updateEntity(a, { state: "ignored" })).toBe(false);
  expect(await updateEntity(a, { category: null })).toBe(false);
  expect(await updateEntity(a, { name: "Another" })).toBe(true);
  expect(await findEntity(a)).toMatchObject({ name: "Another", state: "unmapped" });
});

describe("the figures of a name", () => {
  test("count an answer that gives it by two aliases once, and all its prompts", async () => {
    const { entityIds } = await answerNaming(promptId, ["Shogun", "Shōgun", "Shogun, the show"]);
    const [a = 0, b = 0, c = 0] = entityIds;
    const answeredAt = new Date("2030-01-02T03:04:05.678Z");
    await answerNaming(ownPromptId, ["Shōgun"], { answeredAt });
    await mergeEntity(a, b);
    await mergeEntity(b, c);
    const figures = { answers: 2, prompts: 2, lastNamedAt: answeredAt };
    expect(await findEntity(c)).toMatchObject(figures);
    expect(await findEntity(b)).toMatchObject({ ...figures, aliases: [{ id: a, name: "Shogun" }] });
    expect(await findEntity(a)).toMatchObject({ answers: 1, prompts: 1, aliases: [] });
  });

  test("are right for more answers than are looked up one by one", async () => {
    const { entityIds } = await answerNaming(promptId, ["Everywhere", "Nowhere else"]);
    await execute(sql`
      insert into responses (job_id, prompt_id, model_id, batch_key, run_index, attempt, claim_token,
        prompt_version, instructions_version, parser_version, outcome, raw_text, answer, entity_id,
        settings, latency_ms)
      select 5000000 + n, ${promptId}::bigint + n % 3, 1, 'many', 0, 1, gen_random_uuid(), 1, 1, 1,
        'named', '{}', 'x', ${entityIds[0]}::bigint, '{}', 1 from generate_series(1, 6000) n`);
    await execute(sql`
      insert into response_entities (response_id, rank, entity_id, name)
      select id, rank, case rank when 1 then ${entityIds[0]}::bigint else ${entityIds[1]}::bigint end, 'x'
      from responses cross join generate_series(1, 2) rank where batch_key = 'many'`);
    await mergeEntity(entityIds[0] ?? 0, entityIds[1] ?? 0);
    expect(await findEntity(entityIds[1] ?? 0)).toMatchObject({ answers: 6001, prompts: 3 });
    expect(await findEntity(entityIds[0] ?? 0)).toMatchObject({ answers: 6001, prompts: 3 });
    await execute(sql`delete from responses where batch_key = 'many'`);
  });
});

describe("an owner", () => {
  const all = { limit: 100, before: null, state: undefined, search: undefined };

  test("sees the names in answers to his prompts, with the figures of these alone", async () => {
    await answerNaming(promptId, ["Ours", "Only others'"]);
    const { entityIds } = await answerNaming(ownPromptId, ["Ours"]);
    const seen = await listEntities({ ...all, ownerId: "ada" });
    expect(seen[0]).toMatchObject({ id: entityIds[0], name: "Ours", answers: 1, prompts: 1 });
    expect(seen.map(({ name }) => name)).not.toContain("Only others'");
    const found = await findEntityByKey("only others");
    expect(await findEntity(found?.id ?? 0, "ada")).toBeNull();
    expect(await findEntity(found?.id ?? 0)).not.toBeNull();
    expect(await listEntities({ ...all, ownerId: "nobody" })).toEqual([]);
  });

  test("sees as what his names count, and no alias that only others' answers give", async () => {
    const [root = 0, others = 0, between = 0] = (
      await answerNaming(promptId, ["The root", "Others' alias", "Between"])
    ).entityIds;
    const [own = 0] = (await answerNaming(ownPromptId, ["Own alias"])).entityIds;
    await mergeEntity(own, between);
    await mergeEntity(between, root);
    await mergeEntity(others, root);
    const view = {
      name: "The root",
      aliases: [{ id: own, name: "Own alias" }],
      answers: 1,
      suggestion: null,
    };
    expect(await findEntity(root, "ada")).toMatchObject(view);
    expect(await findEntity(own, "ada")).toMatchObject({ mergedInto: { id: root } });
    expect(await findEntity(between, "ada")).toBeNull();
    const search = (key: string) =>
      listEntities({ ...all, search: { text: key, key }, ownerId: "ada" });
    expect(await search("own al")).toMatchObject([view]);
    expect(await search("the root")).toMatchObject([view]);
    expect(await search("between")).toEqual([]);
    expect(await search("others")).toEqual([]);
  });
});

describe("an unmapped name", () => {
  const suggested = async (name: string) => {
    const { entityIds } = await answerNaming(promptId, [name]);
    return (await findEntity(entityIds[0] ?? 0))?.suggestion?.name ?? null;
  };

  test.each([
    ["Shōgun X", "Shogun X (2024)"],
    ["Shogun Y (2024)", "Shōgun Y"],
    ["The Wire", "Wire"],
    ["Wi-Fi 7 router", "WiFi 7 Router"],
    ["攻殻機動隊", "攻殻・機動隊（1995）"],
  ])("%s is suggested for %s", async (known, name) => {
    await answerNaming(promptId, [known]);
    expect(await suggested(name)).toBe(known);
  });

  test.each([
    ["Headphone (1)", "Headphone (2)"],
    ["C", "C++"],
    ["C#", "F#"],
  ])("%s isn't suggested for %s", async (known, name) => {
    await answerNaming(promptId, [known]);
    expect(await suggested(name)).toBeNull();
  });

  test("is suggested what somebody mapped rather than what is older, and nothing ignored", async () => {
    const { entityIds } = await answerNaming(promptId, ["Zed One", "Zed-One", "Zed.One"]);
    const [first = 0, second = 0, third = 0] = entityIds;
    await updateEntity(second, { state: "mapped" });
    expect((await findEntity(third))?.suggestion?.id).toBe(second);
    await updateEntity(second, { state: "ignored" });
    expect((await findEntity(third))?.suggestion?.id).toBe(first);
    await mergeEntity(first, second);
    expect((await findEntity(third))?.suggestion).toBeNull();
  });
});

test("an alias by hand is made once, under a key that is free", async () => {
  const { a } = await pair();
  expect(await insertAlias({ name: "By hand", key: "by hand" }, a)).toBe(true);
  expect(await insertAlias({ name: "BY HAND", key: "by hand" }, a)).toBe(false);
  expect(await findEntityByKey("by hand")).toMatchObject({ rootId: a, state: "mapped" });
});
