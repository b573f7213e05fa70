import { sql } from "drizzle-orm";
import { beforeEach, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import type { NewPrompt } from "@/db/prompts";
import { addDays } from "@/lib/answers/days";
import { readTrend } from "@/lib/answers/trend";
import { type QuestionsAsked, readQuestions } from "@/lib/prompts/questions";
import { ignoreName, mergeName, storeAnswers } from "../answers/history";
import { makeModel, makePrompt } from "../factories";
import { ownDatabase } from "../own-database";

ownDatabase();

const TODAY = "2026-03-10";
let modelId: number;

beforeEach(async () => {
  await execute(sql`truncate prompts, responses, entities cascade`);
  modelId = (await makeModel({ provider: "openai" })).id;
});

const make = (slug: string, prompt: Partial<NewPrompt> = {}) =>
  makePrompt([modelId], { slug, ...prompt });

const read = (asked: Partial<QuestionsAsked> = {}) =>
  readQuestions(
    {
      filter: {},
      order: { by: "id", descending: true },
      page: { limit: 100, after: null },
      ...asked,
    },
    TODAY,
  );
const slugs = async (asked: Partial<QuestionsAsked>) =>
  (await read(asked)).questions.map(({ slug }) => slug);

/** So many equal answers at noon of a day. */
const many = (promptId: number, count: number, day: string, names: string[], version = 1) =>
  Array.from({ length: count }, () => ({
    ...{ promptId, modelId, at: `${day}T12:00:00Z`, names, promptVersion: version },
  }));

describe("who leads a question", () => {
  test("is what its trend says of the last day with answers, for each at once", async () => {
    const merged = await make("merged");
    const broken = await make("broken");
    const few = await make("few");
    const none = await make("none");
    await storeAnswers([
      // Two names of one thing in an answer count once, and what is ignored not at all.
      ...many(merged.id, 15, addDays(TODAY, -6), ["Shogun", "Shōgun (2024)", "Nothing"]),
      ...many(merged.id, 10, addDays(TODAY, -2), ["Shōgun (2024)", "Andor"]),
      ...many(merged.id, 90, addDays(TODAY, -9), ["Andor"]),
      // Before the break another one led.
      ...many(broken.id, 60, addDays(TODAY, -4), ["Andor"]),
      ...many(broken.id, 25, addDays(TODAY, -3), ["Dark"], 2),
      ...many(few.id, 19, TODAY, ["Dark"]),
    ]);
    await mergeName("Shogun", "Shōgun (2024)");
    await ignoreName("Nothing");

    const { questions } = await read();
    const standings = new Map(questions.map(({ id, standing }) => [id, standing]));
    for (const { id } of [merged, broken, few]) {
      const standing = standings.get(id);
      const trend = await readTrend(
        id,
        { range: { from: addDays(TODAY, -29), to: TODAY }, window: 7, modelId: null },
        { kind: "operator" },
      );
      expect({ status: standing?.status, day: standing?.day, n: standing?.n }).toEqual({
        status: trend.leader.status,
        day: trend.leader.date,
        n: trend.leader.n,
      });
      expect(standing?.leaders.map((one) => one.id)).toEqual(trend.leader.entityIds);
      const first = trend.series.find(({ entity }) => entity.id === standing?.first?.id);
      expect(first?.points.at(-1)).toMatchObject({ k: standing?.first?.k, n: standing?.n });
    }
    expect(standings.get(merged.id)).toMatchObject({
      status: "leader",
      first: { name: "Shōgun (2024)", k: 25, n: 25 },
    });
    expect(standings.get(broken.id)).toMatchObject({
      status: "leader",
      first: { name: "Dark", n: 25 },
    });
    expect(standings.get(few.id)).toMatchObject({
      status: "not_enough",
      leaders: [],
      enough: false,
    });
    expect(standings.get(none.id)).toBeNull();
  });

  test("has a line of its shares a day, and knows where it breaks", async () => {
    const { id } = await make("line");
    await storeAnswers([
      ...many(id, 10, "2026-03-01", ["Dark"]),
      ...many(id, 5, "2026-03-03", ["Dark"]),
      ...many(id, 5, "2026-03-03", ["Lost"]),
      ...many(id, 30, "2026-03-04", ["Dark"], 2),
    ]);
    const [question] = (await read()).questions;
    expect(question?.standing?.line).toEqual([
      { day: "2026-03-01", share: 1, isAnew: false },
      { day: "2026-03-03", share: 0.5, isAnew: false },
      { day: "2026-03-04", share: 1, isAnew: true },
    ]);
  });
});

describe("which questions", () => {
  test("a member's own, and not others' or the deleted", async () => {
    await make("mine", { ownerId: "ada" });
    await make("other", { ownerId: "bob" });
    await make("nobodys");
    const gone = await make("gone", { ownerId: "ada" });
    await execute(sql`update prompts set deleted_at = now() where id = ${gone.id}`);
    expect(await slugs({ filter: { ownerId: "ada" } })).toEqual(["mine"]);
    expect(await slugs({})).toEqual(["nobodys", "other", "mine"]);
  });

  test("a slug that two owners use names neither", async () => {
    await make("same", { ownerId: "ada" });
    await make("same", { ownerId: "bob" });
    await make("alone");
    const { questions } = await read({ filter: { search: "s" } });
    const ambiguous = questions.map(({ slug, isAmbiguous }) => `${slug} ${isAmbiguous}`);
    expect(ambiguous).toEqual(["alone false", "same true", "same true"]);
    const own = await read({ filter: { ownerId: "ada" } });
    expect(own.questions.map(({ isAmbiguous }) => isAmbiguous)).toEqual([false]);
  });

  test("those that the filters leave, whatever characters a search has", async () => {
    const other = await makeModel();
    await make("tv", { question: "Best TV at 100%_off?", category: "media", tags: ["Sofa"] });
    await makePrompt([other.id], { slug: "crm", frequency: "weekly", active: false });
    for (const filter of [
      { search: "100%_" },
      { search: "SOFA" },
      { category: "media" },
      { modelId },
      { frequency: "daily" as const },
      { active: true },
    ]) {
      expect(await slugs({ filter })).toEqual(["tv"]);
    }
    expect(await slugs({ filter: { search: "1%off" } })).toEqual([]);
  });

  test("those that somebody leads, tied ones too", async () => {
    const [dark, tied, lost] = [await make("dark"), await make("tied"), await make("lost")];
    await storeAnswers([
      ...many(dark.id, 30, TODAY, ["Dark"]),
      ...many(tied.id, 30, TODAY, ["Dark", "Lost"]),
      ...many(lost.id, 30, TODAY, ["Lost"]),
    ]);
    expect(await slugs({ leader: "dar" })).toEqual(["tied", "dark"]);
    const byQuestion = { by: "question", descending: false } as const;
    expect(await slugs({ leader: "dar", order: byQuestion })).toEqual(["tied", "dark"]);
  });
});

describe("their order", () => {
  test("what has no value comes last, whichever way round", async () => {
    const free = await makeModel();
    const dear = await makeModel({
      provider: "openai",
      inputUsdPerMillion: 5,
      outputUsdPerMillion: 20,
    });
    await makePrompt([dear.id], { slug: "dear" });
    await makePrompt([free.id], { slug: "free" });
    await makePrompt([modelId], { slug: "unpriced", frequency: "manual" });
    const by = (name: "cost" | "next", descending: boolean) =>
      slugs({ order: { by: name, descending } });
    expect(await by("cost", true)).toEqual(["dear", "free", "unpriced"]);
    expect(await by("cost", false)).toEqual(["free", "dear", "unpriced"]);
    expect((await by("next", true)).at(-1)).toBe("unpriced");
    expect((await by("next", false)).at(-1)).toBe("unpriced");
  });

  test("pages follow one another in any order, and say where they are", async () => {
    for (const [index, question] of ["b", "a", "d", "c", "e"].entries()) {
      await make(`q-${index}`, { question });
    }
    for (const by of ["question", "cost"] as const) {
      const order = { by, descending: false };
      const whole = await read({ order });
      const pages: number[][] = [];
      let after: number | null = null;
      for (let before = 0; before < 5; before += 2) {
        const page = await read({ order, page: { limit: 2, after } });
        expect([page.before, page.total]).toEqual([before, 5]);
        pages.push(page.questions.map(({ id }) => id));
        after = page.questions.at(-1)?.id ?? null;
      }
      expect(pages.flat()).toEqual(whole.questions.map(({ id }) => id));
    }
    expect(await slugs({ order: { by: "question", descending: false } })).toEqual([
      "q-1",
      "q-0",
      "q-3",
      "q-2",
      "q-4",
    ]);
  });

  test("a cursor whose question is gone begins anew", async () => {
    await make("one");
    expect(await slugs({ page: { limit: 1, after: 999_999 } })).toEqual(["one"]);
  });
});
