import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { addDays } from "@/lib/answers/days";
import { readCsv } from "@/lib/csv/records";
import { entityIds, ignoreName, mergeName, storeAnswers } from "../answers/history";
import { OPERATOR_SECRET, startApp, type TestApp } from "../app";
import { makeModel, makePrompt } from "../factories";
import { ownDatabase } from "../own-database";
import { expectError, expectInvalid, hushSweeps, QUIET } from "./refusals";

const database = ownDatabase();
let app: TestApp;
let promptId: number;
let modelId: number;
let jobIds: number[];

const TODAY = new Date().toISOString().slice(0, 10);
const DAY = addDays(TODAY, -3);
const OLD = addDays(TODAY, -40);

beforeAll(async () => {
  await hushSweeps();
  app = await startApp(database.url, QUIET);
  modelId = (await makeModel({ provider: "openai" })).id;
  promptId = (await makePrompt([modelId], { slug: "best-show" })).id;
  const answer = { promptId, modelId, at: `${DAY}T12:00:00Z`, names: ["Dark", "GoT", "Show"] };
  jobIds = await storeAnswers([
    { ...answer, at: `${OLD}T12:00:00Z`, names: [] },
    ...Array.from({ length: 23 }, (_, run) => ({ ...answer, run })),
    { ...answer, at: `${DAY}T13:00:00Z`, names: ["=1+1"], answer: '=2+2,"' },
  ]);
  await storeAnswers([
    { ...answer, names: ["Lost"], promptId: (await makePrompt([modelId])).id },
    { ...answer, names: ["Thrones"], at: `${OLD}T11:00:00Z` },
  ]);
  await mergeName("GoT", "Thrones");
  await ignoreName("Show");
});
afterAll(() => app?.stop());

const get = (what: string) => app.call("GET", `/api/prompts/best-show/${what}`);

describe("GET /api/prompts/{ref}/trend", () => {
  test("has the contract's shape, of the last 30 days and windows of 7", async () => {
    const [dark, thrones, formula] = await entityIds("Dark", "Thrones", "=1+1");
    const { status, body } = await get("trend");
    const point = { date: DAY, low: expect.any(Number), high: expect.any(Number), enough: true };
    const change = { verdict: "not_enough", from: null, low: null, high: null };
    const series = (id: number | undefined, name: string, k: number) => ({
      entity: { id, name },
      points: [{ ...point, k, n: 24, share: k / 24 }],
    });
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        ...{ success: true, promptId, window: 7, simulated: false, entityCount: 3, breaks: [] },
        series: [
          series(dark, "Dark", 23),
          series(thrones, "Thrones", 23),
          series(formula, "=1+1", 1),
        ],
        coverage: [{ date: DAY, planned: 24, answered: 24, failed: 0, refused: 0 }],
        leader: { status: "tied", entityIds: [dark, thrones], date: DAY, n: 24 },
        changes: [
          { entityId: dark, ...change, to: 23 / 24 },
          { entityId: thrones, ...change, to: 23 / 24 },
          { entityId: formula, ...change, to: 1 / 24 },
        ],
      },
    });
  });

  test("takes a range, a window and a model", async () => {
    const { body } = await get(`trend?from=${OLD}&to=${DAY}&window=28&modelId=${modelId}`);
    expect(body.window).toBe(28);
    expect(body.series[0].points.map(({ date }: { date: string }) => date)).toEqual([OLD, DAY]);
    // With to alone: the 30 days up to it.
    expect((await get(`trend?to=${OLD}`)).body.leader).toMatchObject({ date: OLD, n: 2 });
  });

  test.each([
    ["from=2026-02-30", "from"],
    ["from=2026-1-1", "from"],
    ["from=0001-01-01", "from"],
    ["to=yesterday", "to"],
    ["to=", "to"],
    ["from=2026-02-02&to=2026-02-01", "from"],
    ["from=2999-01-01", "from"],
    ["from=1990-01-01&to=2026-01-01", "from"],
    ["window=2", "window"],
    ["window=07", "window"],
    ["modelId=0", "modelId"],
    ["limit=1", "limit"],
    ["from=2026-01-01&from=2026-01-02", "from"],
  ])("refuses %s in a sentence", async (query, path) => {
    expectInvalid(await get(`trend?${query}`), path);
  });

  test("of a model that isn't there is 404, here and among the answers", async () => {
    for (const what of ["trend", "responses"]) {
      const reply = await get(`${what}?modelId=999999`);
      expectError(reply, "ModelNotFoundError", 404, { modelId: 999_999 });
    }
  });
});

test("GET /api/prompts/{ref}/models lists what was asked, and takes a range alone", async () => {
  const { status, body } = await get("models");
  expect({ status, body }).toMatchObject({
    status: 200,
    body: { success: true, promptId, models: [{ model: { id: modelId }, n: 24 }], comparisons: [] },
  });
  expectInvalid(await get("models?window=7"), "window");
  expectInvalid(await get("models?to=2026-13-01"), "to");
});

describe("GET /api/prompts/{ref}/responses", () => {
  test("lists stored answers, newest first, each name as what it counts as", async () => {
    const { status, body } = await get("responses?limit=2");
    const [dark, thrones, show] = await entityIds("Dark", "Thrones", "Show");
    const name = (id: number | undefined, rank: number, name: string, writtenAs = name) => ({
      ...{ id, rank, name, writtenAs, ignored: name === "Show" },
    });
    expect(status).toBe(200);
    expect(body.responses.map(({ jobId }: { jobId: number }) => jobId)).toEqual([
      jobIds.at(-1),
      jobIds.at(-2),
    ]);
    expect(body.responses[1]).toEqual({
      ...{ responseId: expect.any(Number), jobId: jobIds.at(-2), modelId, runIndex: 22 },
      ...{ returnedModel: "gpt-5-2025", batchKey: `batch-${jobIds.at(-2)}`, attempt: 1 },
      ...{ answeredAt: `${DAY}T12:00:00.000Z`, outcome: "named", answer: "An answer." },
      entities: [name(dark, 1, "Dark"), name(thrones, 2, "Thrones", "GoT"), name(show, 3, "Show")],
      ...{ inputTokens: null, cachedInputTokens: null, outputTokens: null, costUsd: null },
      ...{ latencyMs: 900, promptVersion: 1, instructionsVersion: 1, parserVersion: 1 },
      ...{ settings: {}, rawText: "{}" },
    });
  });

  test("page by page gives each once, whatever the order they were stored in", async () => {
    const seen: number[] = [];
    const times: string[] = [];
    let link: string | null = "/api/prompts/best-show/responses?limit=7";
    while (link) {
      const { body, headers } = await app.call("GET", link);
      for (const { responseId, answeredAt } of body.responses) {
        seen.push(responseId);
        times.push(answeredAt);
      }
      link = headers.get("link")?.match(/^<(\/api\/[^>]+)>; rel="next"$/)?.[1] ?? null;
      expect(Boolean(link)).toBe(body.nextCursor !== null);
    }
    expect(new Set(seen).size).toBe(26);
    expect(seen).toHaveLength(26);
    expect(times).toEqual(times.toSorted().reverse());
  });

  test("takes days, both included, open on either side, and a cursor of no other prompt", async () => {
    const count = async (query: string) => (await get(`responses?${query}`)).body.responses.length;
    expect(await count(`from=${DAY}&to=${DAY}`)).toBe(24);
    expect(await count(`to=${OLD}`)).toBe(2);
    expect(await count(`from=${addDays(DAY, 1)}`)).toBe(0);
    const [stranger] = await execute<{ id: number }>(
      sql`select id from responses where prompt_id <> ${promptId}`,
    );
    expect(await count(`cursor=${stranger?.id}`)).toBe(0);
  });

  test("as CSV by format or Accept: rows that no spreadsheet runs, and where the next page is", async () => {
    const path = "/api/prompts/best-show/responses";
    const authorization = OPERATOR_SECRET;
    const asked = await app.raw(`${path}?limit=2`, {
      headers: { authorization, accept: "text/csv" },
    });
    const { text, headers } = await get("responses?limit=2&format=csv");
    expect(text).toBe(asked.text);
    expect(headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(headers.get("cache-control")).toBe("no-store");
    const { records } = readCsv(text);
    expect(records).toHaveLength(3);
    expect(text).toContain(`"'=2+2,""",`);
    const next = asked.headers.get("link")?.match(/^<(.+)>; rel="next"$/)?.[1] ?? "";
    const page = await app.call("GET", next);
    expect(page.headers.get("content-type")).toMatch(/^text\/csv/);
    expect(readCsv(page.text).records[1]?.cells[0]).not.toBe(records[1]?.cells[0]);
  });

  test.each([
    ["format=xml", "format"],
    ["limit=101", "limit"],
    ["cursor=x", "cursor"],
    ["from=2026-02-02&to=2026-02-01", "from"],
    ["window=7", "window"],
  ])("refuses %s", async (query, path) => {
    expectInvalid(await get(`responses?${query}`), path);
  });
});
