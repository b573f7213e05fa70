import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { startApp, type TestApp } from "../app";
import { makeJobs, makeModel, makePrompt } from "../factories";
import { type FakeProvider, startFakeProvider } from "../fake-provider";
import { ownDatabase } from "../own-database";
import { callAs, makePerson, type Person } from "./people";
import { expectError, expectInvalid, hushSweeps, QUIET } from "./refusals";

const database = ownDatabase();
let app: TestApp;
let provider: FakeProvider;
let alice: Person;
let bob: Person;
let modelId: number;
let promptId: number;

/** Budget for two calls of 40 tokens at $25 a million, which is what the fake provider's take. */
const BUDGET = "0.002";

beforeAll(async () => {
  await hushSweeps();
  provider = await startFakeProvider();
  app = await startApp(database.url, {
    ...QUIET,
    DAILY_BUDGET_USD: BUDGET,
    OPENAI_API_KEY: "sk-costs",
    OPENAI_BASE_URL: provider.url,
  });
  [alice, bob] = [await makePerson(app), await makePerson(app)];
  const model = await makeModel({
    provider: "openai",
    inputUsdPerMillion: 0,
    outputUsdPerMillion: 25,
    maxOutputTokens: 40,
  });
  modelId = model.id;
  promptId = (await makePrompt([modelId], { ownerId: alice.id, slug: "alices" })).id;
  const jobIds = await makeJobs(3, { promptId, modelId, ownerId: alice.id });
  for (const jobId of jobIds) await app.call("POST", "/api/jobs/process", { jobId });
});
afterAll(async () => {
  await app?.stop();
  await provider?.close();
});

const today = new Date().toISOString().slice(0, 10);
const spent = { costUsd: 0.002, unpricedCalls: 0 };

describe("a day's budget", () => {
  test("lets two of three calls through, and the third job says why it was skipped", async () => {
    expect(provider.requests).toHaveLength(2);
    const { body } = await app.call("GET", "/api/jobs/status?status=skipped");
    expect(body.jobs).toMatchObject([
      {
        errorCode: "budget_exceeded",
        errorMessage: "It would pass today's budget of $0.002 (DAILY_BUDGET_USD)",
        attemptCount: 0,
        metrics: { costUsd: null },
      },
    ]);
  });

  test("tells whoever processes a job the same, and asks a simulated model all the same", async () => {
    const [jobId] = await makeJobs(1, { promptId, modelId });
    const skipped = await app.call("POST", "/api/jobs/process", { jobId });
    expect(skipped).toMatchObject({
      status: 200,
      body: { success: true, jobId, status: "skipped", errorCode: "budget_exceeded" },
    });
    const [free] = await makeJobs(1, { promptId, modelId: (await makeModel()).id });
    const { body } = await app.call("POST", "/api/jobs/process", { jobId: free });
    expect(body.status).not.toBe("skipped");
  });

  test("skips what has no price", async () => {
    const unpriced = await makeModel({ provider: "openai" });
    const [jobId] = await makeJobs(1, { promptId, modelId: unpriced.id });
    const { body } = await app.call("POST", "/api/jobs/process", { jobId });
    expect(body).toMatchObject({ success: true, status: "skipped", errorCode: "unpriced" });
  });
});

describe("GET /api/costs", () => {
  test("has what each day, prompt and model cost, and the budget", async () => {
    const { body } = await app.call("GET", "/api/costs");
    expect(body).toMatchObject({
      success: true,
      to: today,
      ...spent,
      days: [{ date: today, ...spent }],
      prompts: [{ promptId, slug: "alices", ...spent }],
      models: [{ modelId, provider: "openai", label: "", ...spent }],
      budget: { date: today, limitUsd: 0.002, spentUsd: 0.002, reservedUsd: 0 },
    });
    const other = await app.call("GET", "/api/costs?from=2026-01-01&to=2026-01-31");
    expect(other.body).toMatchObject({
      ...{ from: "2026-01-01", to: "2026-01-31", costUsd: 0 },
      ...{ days: [], prompts: [], models: [] },
    });
  });

  test("is the same once it was folded, and what is in flight is reserved and not yet spent", async () => {
    const before = (await app.call("GET", "/api/costs")).body;
    await execute(sql`select fold_call_costs()`);
    expect((await app.call("GET", "/api/costs")).body).toEqual(before);
    await execute(sql`insert into call_costs (claim_token, day, prompt_id, model_id, usd, settled)
      values (gen_random_uuid(), (now() at time zone 'utc')::date, ${promptId}::bigint,
        ${modelId}::bigint, 0.5, false)`);
    expect((await app.call("GET", "/api/costs")).body).toEqual({
      ...before,
      budget: { ...before.budget, reservedUsd: 0.5 },
    });
  });

  test("shows a user its own costs, and nobody else's budget", async () => {
    const own = await callAs(app, alice, "GET", "/api/costs");
    expect(own.body).toMatchObject({ ...spent, prompts: [{ promptId }], budget: null });
    const none = await callAs(app, bob, "GET", "/api/costs");
    expect(none.body).toMatchObject({ costUsd: 0, days: [], prompts: [], models: [] });
  });

  test("refuses days that aren't, and a range that runs backwards", async () => {
    expectInvalid(await app.call("GET", "/api/costs?from=2026-02-30"), "from");
    expectInvalid(await app.call("GET", "/api/costs?from=2026-02-02&to=2026-02-01"), "from");
  });
});

describe("POST /api/estimates", () => {
  const estimate = (body: unknown, as = alice) => callAs(app, as, "POST", "/api/estimates", body);

  test("says what a prompt costs as it is, and how sure its shares are", async () => {
    const { status, body } = await estimate({ promptId });
    expect(status).toBe(200);
    expect(body.estimate).toMatchObject({
      ...{ jobsPerRound: 1, costUsdPerRound: 0.001, costUsdPerDay: 0.001, costUsdPerMonth: 0.03 },
      unpricedModelIds: [],
      models: [{ modelId, costUsdPerCall: 0.001, basis: "longest_answer" }],
      plan: null,
    });
    expect(body.estimate.precision[1]).toMatchObject({ days: 7, answers: 7 });
  });

  test("says what it would cost otherwise, and how many runs a precision takes", async () => {
    const { body } = await estimate({
      promptId,
      runs: 3,
      frequency: "hourly",
      points: 10,
      days: 1,
    });
    expect(body.estimate).toMatchObject({
      jobsPerRound: 3,
      costUsdPerDay: 0.072,
      plan: { points: 10, days: 1, answers: 93, runs: 4, isPossible: true, costUsdPerDay: 0.096 },
    });
  });

  test("needs a question and models where there is no prompt, and leaves out models that are off", async () => {
    const off = await makeModel({ active: false });
    const { body } = await estimate({ question: "Which?", modelIds: [modelId, off.id] });
    expect(body.estimate.jobsPerRound).toBe(1);
    expectInvalid(await estimate({ modelIds: [modelId] }), "question");
    expectInvalid(await estimate({ question: "Which?" }), "modelIds");
    expectInvalid(await estimate({ question: "Which?", modelIds: [off.id] }), "modelIds");
    expectInvalid(await estimate({ promptId, points: 0.5 }), "points");
  });

  test("knows no stranger's prompt, and no model that isn't", async () => {
    const strangers = await estimate({ promptId }, bob);
    expectError(strangers, "PromptNotFoundError", 404, { prompt: String(promptId) });
    const unknown = await estimate({ promptId, modelIds: [999_999] });
    expectError(unknown, "ModelNotFoundError", 404, { modelId: 999_999 });
  });
});
