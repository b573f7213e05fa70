import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startApp, type TestApp } from "../app";
import { ownDatabase } from "../own-database";
import { expectError, expectInvalid, hushSweeps, QUIET, stored, title } from "./refusals";

const database = ownDatabase();
let app: TestApp;

beforeAll(async () => {
  await hushSweeps();
  app = await startApp(database.url, QUIET);
});
afterAll(() => app?.stop());

const create = (body: object) => app.call("POST", "/api/models", body);
const change = (id: number, body: object) => app.call("PATCH", `/api/models/${id}`, body);
let names = 0;
const valid = (fields: object = {}) => ({ provider: "openai", name: `gpt-${++names}`, ...fields });

const DEFAULTS = {
  label: "",
  active: true,
  maxConcurrency: null,
  requestsPerMinute: null,
  inputUsdPerMillion: null,
  cachedInputUsdPerMillion: null,
  outputUsdPerMillion: null,
  maxOutputTokens: 1000,
  temperature: null,
  reasoningEffort: null,
};

const EVERYTHING = {
  label: "cool, \u{1F9CA}",
  active: false,
  maxConcurrency: 3,
  requestsPerMinute: 60,
  inputUsdPerMillion: 1.25,
  cachedInputUsdPerMillion: 0.125,
  outputUsdPerMillion: 10,
  maxOutputTokens: 4096,
  temperature: 0.7,
  reasoningEffort: "low",
};

test("there is none at first, and the list says so", async () => {
  const { status, body } = await app.call("GET", "/api/models");
  expect({ status, body }).toEqual({ status: 200, body: { success: true, models: [] } });
});

describe("creating a model", () => {
  test.each(["openai", "openrouter", "simulated"])("of %s fills in defaults", async (provider) => {
    const sent = valid({ provider });
    const { status, body } = await create(sent);
    expect(status).toBe(201);
    expect(body).toEqual({
      success: true,
      model: { id: expect.any(Number), ...sent, ...DEFAULTS },
    });
    expect((await app.call("GET", `/api/models/${body.model.id}`)).body).toEqual(body);
  });

  test("keeps every field as it was sent", async () => {
    const sent = valid({ provider: "openrouter", name: "acme/x-1:free", ...EVERYTHING });
    const { body } = await create(sent);
    expect(body.model).toEqual({ id: expect.any(Number), ...sent });
  });

  test.each([
    ["inputUsdPerMillion", 0],
    ["inputUsdPerMillion", 0.000001],
    ["outputUsdPerMillion", 999_999],
    ["cachedInputUsdPerMillion", 0.075],
    ["temperature", 0],
    ["temperature", 0.1],
    ["temperature", 0.000001],
    ["temperature", 2],
    ["maxConcurrency", 10_000],
    ["maxOutputTokens", 1_000_000],
    ["label", ""],
  ])("keeps %s = %s exactly", async (field, value) => {
    const { status, body } = await create(valid({ [field]: value }));
    expect(status).toBe(201);
    expect(body.model[field]).toBe(value);
  });

  test("of the same provider, name and label is a conflict, any other is a variant", async () => {
    const first = valid();
    expect((await create(first)).status).toBe(201);
    const before = await stored();
    expectError(await create(first), "ConflictError", 409);
    expectError(await create({ ...first, label: "", temperature: 1 }), "ConflictError", 409);
    expect(await stored()).toBe(before);
    expect((await create({ ...first, label: "warm", temperature: 1 })).status).toBe(201);
    expect((await create({ ...first, provider: "openrouter" })).status).toBe(201);
    expect((await create({ ...first, name: first.name.toUpperCase() })).status).toBe(201);
  });

  test("at the same moment as 19 others makes one", async () => {
    const twin = valid();
    const replies = await Promise.all(Array.from({ length: 20 }, () => create(twin)));
    const statuses = replies.map((reply) => reply.status).sort();
    expect(statuses).toEqual([201, ...Array(19).fill(409)]);
  });
});

describe("a model is refused for", () => {
  const count = [0, -1, 1.5, "1", true, [1], 9007199254740992];
  const price = [-0.01, -1, "1", true, [1], 1_000_000, 1e300, 0.0000001, 1e-320];
  const text = [1, true, [], {}, "a\0b", "\ud800"];
  const cases: [string, unknown[]][] = [
    ["provider", ["", "OpenAI", "anthropic", null, 1, "openai\0"]],
    ["name", [...text, null, "", " ", "x".repeat(201)]],
    ["label", [...text, null, "x".repeat(101)]],
    ["active", ["true", 1, 0, null]],
    ["maxConcurrency", [...count, 10_001]],
    ["requestsPerMinute", [...count, 1_000_001]],
    ["maxOutputTokens", [...count, null, 1_000_001]],
    ["inputUsdPerMillion", price],
    ["cachedInputUsdPerMillion", price],
    ["outputUsdPerMillion", price],
    ["temperature", [-0.1, 2.1, "1", true, [1], 1e300, 1e-46, 1e-320]],
    ["reasoningEffort", [...text, "", "x".repeat(31)]],
  ];
  const flat = cases.flatMap(([field, values]) =>
    values.map((value) => [field, title(JSON.stringify(value)), value] as const),
  );
  test.each(flat)("%s: %s", async (field, _, value) => {
    const before = await stored();
    expectInvalid(await create(valid({ [field]: value })), field);
    expectInvalid(await change(1, { [field]: value }), field);
    expect(await stored()).toBe(before);
  });

  test.each(["id", "createdAt", "ownerId", "apiKey", "nope"])(
    "%s, which is not the caller's to set",
    async (field) => {
      const before = await stored();
      expectInvalid(await create(valid({ [field]: 1 })), field);
      expectInvalid(await change(1, { [field]: 1 }), field);
      expect(await stored()).toBe(before);
    },
  );

  test("no provider and no name, each by name", async () => {
    expectInvalid(await create({}), "provider", "name");
  });
});

describe("changing a model", () => {
  test.each(Object.entries(EVERYTHING))("%s leaves the rest", async (field, value) => {
    const { model } = (await create(valid())).body;
    const { status, body } = await change(model.id, { [field]: value });
    expect({ status, body }).toEqual({
      status: 200,
      body: { success: true, model: { ...model, [field]: value } },
    });
    expect((await app.call("GET", `/api/models/${model.id}`)).body).toEqual(body);
  });

  test("takes limits and prices away with null", async () => {
    const { model } = (await create(valid(EVERYTHING))).body;
    const { label, active, maxOutputTokens, ...nullable } = EVERYTHING;
    const nulls = Object.fromEntries(Object.keys(nullable).map((field) => [field, null]));
    const { body } = await change(model.id, nulls);
    expect(body.model).toEqual({ ...model, ...nulls, label, active, maxOutputTokens });
  });

  test("nothing changes nothing", async () => {
    const { body } = await create(valid());
    const before = await stored();
    expect((await change(body.model.id, {})).body).toEqual(body);
    expect(await stored()).toBe(before);
  });

  test("its provider or name is refused: that would be another model", async () => {
    const { model } = (await create(valid())).body;
    expectInvalid(await change(model.id, { provider: "openrouter" }), "provider");
    expectInvalid(await change(model.id, { name: "gpt-else" }), "name");
  });

  test("its label to a twin's is a conflict, and changes nothing", async () => {
    const first = valid();
    await create(first);
    const { model } = (await create({ ...first, label: "warm" })).body;
    const before = await stored();
    expectError(await change(model.id, { label: "", active: false }), "ConflictError", 409);
    expect(await stored()).toBe(before);
  });
});

test("a model cannot be deleted, only switched off", async () => {
  const before = await stored();
  expect((await app.call("DELETE", "/api/models/1")).status).toBe(405);
  expect(await stored()).toBe(before);
});

test("the list has every model, oldest first, as reading shows it", async () => {
  const { body } = await app.call("GET", "/api/models");
  expect(Object.keys(body)).toEqual(["success", "models"]);
  const ids: number[] = body.models.map((model: { id: number }) => model.id);
  expect(ids).toEqual([...ids].sort((a, b) => a - b));
  expect(new Set(ids).size).toBe(ids.length);
  for (const model of body.models) {
    expect((await app.call("GET", `/api/models/${model.id}`)).body.model).toEqual(model);
  }
});
