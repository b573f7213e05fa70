import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startApp, type TestApp } from "../app";
import { makeModel, makePrompt } from "../factories";
import { ownDatabase } from "../own-database";
import { expectError, expectInvalid, hushSweeps, QUIET, stored, title } from "./refusals";

const database = ownDatabase();
let app: TestApp;
let modelIds: number[];

beforeAll(async () => {
  await hushSweeps();
  app = await startApp(database.url, QUIET);
  const models = await Promise.all([makeModel(), makeModel(), makeModel()]);
  modelIds = models.map((model) => model.id).sort((a, b) => a - b);
});
afterAll(() => app?.stop());

const create = (body: object) => app.call("POST", "/api/prompts", body);
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
let slugs = 0;
const valid = (fields: object = {}) => ({
  slug: `prompt-${++slugs}x`,
  question: "What is the best TV show?",
  modelIds: [modelIds[0]],
  ...fields,
});

describe("creating a prompt", () => {
  test("fills in the contract's defaults", async () => {
    const { status, body } = await create(valid({ slug: "best-tv-show" }));
    expect({ status, body }).toEqual({
      status: 201,
      body: {
        success: true,
        prompt: {
          id: expect.any(Number),
          slug: "best-tv-show",
          question: "What is the best TV show?",
          category: null,
          tags: [],
          frequency: "daily",
          runs: 1,
          modelIds: [modelIds[0]],
          active: true,
          version: 1,
          ownerId: null,
          lastRunAt: null,
          nextRunAt: TIME,
          createdAt: TIME,
        },
      },
    });
    // Not asked in this window yet: its turn is since the window's beginning.
    const { nextRunAt, createdAt } = body.prompt;
    expect(nextRunAt).toBe(`${createdAt.slice(0, 10)}T00:00:00.000Z`);
  });

  test("keeps every field as it was sent", async () => {
    const sent = {
      slug: "a1-2b",
      question:
        ' "Wer" ist\n\t<b>der</b> Beste? \u{1F600} e\u0301 \u{202E} %00 \\u0000; drop table prompts;--',
      category: "TV & film",
      tags: ["b", "a", "b", '"quoted"', "{}", "a,b", "\u{1F600}", "null"],
      frequency: "weekly",
      runs: 50,
      modelIds: [...modelIds].reverse(),
      active: false,
    };
    const { status, body } = await create(sent);
    expect(status).toBe(201);
    expect(body.prompt).toMatchObject({ ...sent, modelIds, nextRunAt: null });
    expect((await app.call("GET", "/api/prompts/a1-2b")).body).toEqual(body);
  });

  test.each(["manual", "hourly", "daily", "weekly", "monthly", "once"])(
    "takes the frequency %s",
    async (frequency) => {
      const { body } = await create(valid({ frequency }));
      expect(body.prompt.frequency).toBe(frequency);
      expect(body.prompt.nextRunAt).toEqual(frequency === "manual" ? null : TIME);
    },
  );

  test.each(["a", "1a", "a1", "0-0", "a-b-c", "exports", "importer", "x".repeat(80)])(
    "takes the slug %s",
    async (slug) => {
      expect(await create(valid({ slug }))).toMatchObject({ status: 201, body: { success: true } });
    },
  );

  const question = (length: number) => valid({ question: "x".repeat(length) });
  test("takes a question of 4,000 characters, and no longer one", async () => {
    expect((await create(question(4_000))).status).toBe(201);
    expectInvalid(await create(question(4_001)), "question");
  });
});

describe("a prompt is refused for", () => {
  const many = (length: number) => Array.from({ length }, (_, n) => n + 1);
  const badSlugs = ["", "A", "a_b", "-a", "a-", "a--b", "-", "a b", "a\n", " a", "é", "a/b", "a.b"];
  const cases: [string, unknown[]][] = [
    ["slug", [...badSlugs, "123", "0", "import", "export", "x".repeat(81), "a\0", null, 1, ["a"]]],
    ["question", ["", " \n\t", "a\0b", "\ud800", "a\udc00b", null, 1, ["?"], { text: "?" }]],
    ["category", ["", " ", "a\0", "\ud800", "x".repeat(101), 1, []]],
    ["tags", [null, "a", {}, 1, Array(21).fill("a")]],
    ["tags.0", [[1], [null], [""], [["a"]], ["a\0"], ["\ud800"], ["x".repeat(51)]]],
    ["frequency", ["Daily", "yearly", "", null, 1, "daily\0"]],
    ["runs", [0, -1, 51, 1.5, "1", null, true, [1], 9007199254740992]],
    ["modelIds", [null, [], {}, 1, "1", [1, 1], many(101)]],
    ["modelIds.0", [["1"], [0], [-1], [1.5], [null], [[1]], [9007199254740992], [true]]],
    ["active", ["true", 1, 0, null]],
  ];
  const flat = cases.flatMap(([path, values]) =>
    values.map((value) => [path, title(JSON.stringify(value)), value] as const),
  );
  test.each(flat)("%s: %s", async (path, _, value) => {
    const before = await stored();
    const field = path.split(".")[0] ?? "";
    expectInvalid(await create(valid({ [field]: value })), path);
    expectInvalid(await app.call("PATCH", "/api/prompts/best-tv-show", { [field]: value }), path);
    expect(await stored()).toBe(before);
  });

  test.each([
    "id",
    "ownerId",
    "version",
    "lastRunAt",
    "nextRunAt",
    "createdAt",
    "deletedAt",
    "nope",
  ])("%s, which is not the caller's to set", async (field) => {
    const before = await stored();
    expectInvalid(await create(valid({ [field]: null })), field);
    expectInvalid(await app.call("PATCH", "/api/prompts/best-tv-show", { [field]: 1 }), field);
    expect(await stored()).toBe(before);
  });

  test("no slug, no question and no models, each by name", async () => {
    expectInvalid(await create({}), "slug", "question", "modelIds");
  });

  test("a model that there isn't", async () => {
    const before = await stored();
    const unknown = [modelIds[0], 999_999, Number.MAX_SAFE_INTEGER];
    expectError(await create(valid({ modelIds: unknown })), "ModelNotFoundError", 404, {
      modelId: 999_999,
    });
    expect(await stored()).toBe(before);
  });

  test("a slug that another one without an owner bears", async () => {
    await create(valid({ slug: "taken" }));
    const before = await stored();
    expectError(await create(valid({ slug: "taken" })), "ConflictError", 409);
    expect(await stored()).toBe(before);
  });

  test("a slug that 19 others ask for at the same moment", async () => {
    const all = await Promise.all(
      Array.from({ length: 20 }, () => create(valid({ slug: "race" }))),
    );
    const statuses = all.map((reply) => reply.status).sort();
    expect(statuses).toEqual([201, ...Array(19).fill(409)]);
  });
});

describe("reading", () => {
  test("by id and by slug gives the same", async () => {
    const { body } = await create(valid({ slug: "read-me" }));
    expect((await app.call("GET", "/api/prompts/read-me")).body).toEqual(body);
    expect((await app.call("GET", `/api/prompts/${body.prompt.id}`)).body).toEqual(body);
  });

  test("a slug means the prompt without owner, else the only one that bears it", async () => {
    const [modelId = 0] = modelIds;
    const anna = await makePrompt([modelId], { slug: "shared", ownerId: "anna" });
    const read = () => app.call("GET", "/api/prompts/shared");
    expect((await read()).body.prompt).toMatchObject({ id: anna.id, ownerId: "anna" });
    await makePrompt([modelId], { slug: "shared", ownerId: "ben" });
    expectError(await read(), "ConflictError", 409);
    expectError(await app.call("DELETE", "/api/prompts/shared"), "ConflictError", 409);
    const ours = await create(valid({ slug: "shared" }));
    expect(ours.status).toBe(201);
    expect((await read()).body).toEqual(ours.body);
  });
});

describe("listing", () => {
  test("goes newest first, page by page, without gaps or doubles, while new ones come", async () => {
    const whole = (await app.call("GET", "/api/prompts")).body;
    expect(whole).toEqual({ success: true, prompts: expect.any(Array), nextCursor: null });
    const ids: number[] = whole.prompts.map((prompt: { id: number }) => prompt.id);
    expect(ids).toEqual([...ids].sort((a, b) => b - a));
    const paged: number[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const { body } = await app.call(
        "GET",
        `/api/prompts?limit=3${cursor && `&cursor=${cursor}`}`,
      );
      paged.push(...body.prompts.map((prompt: { id: number }) => prompt.id));
      expect(body.prompts.length).toBeLessThanOrEqual(3);
      cursor = body.nextCursor;
      await create(valid());
    }
    expect(paged).toEqual(ids);
  });

  test("shows each prompt as reading does", async () => {
    const { body } = await app.call("GET", "/api/prompts?limit=5");
    for (const prompt of body.prompts) {
      expect((await app.call("GET", `/api/prompts/${prompt.id}`)).body.prompt).toEqual(prompt);
    }
  });

  test("says there is no next page where the page just holds the rest", async () => {
    const { prompts } = (await app.call("GET", "/api/prompts")).body;
    const exact = await app.call("GET", `/api/prompts?limit=${prompts.length}`);
    expect(exact.body).toMatchObject({ prompts, nextCursor: null });
    const beyond = await app.call("GET", "/api/prompts?cursor=1");
    expect(beyond.body).toEqual({ success: true, prompts: [], nextCursor: null });
  });
});
