import { sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { startApp, type TestApp } from "../app";
import { makeJob, makeModel, makePrompt } from "../factories";
import { type FakeProvider, startFakeProvider } from "../fake-provider";
import { ownDatabase } from "../own-database";
import { jobIn } from "./job-rows";
import { hushSweeps, QUIET, stored, tomorrow } from "./refusals";

const MAX_JOBS = 4;
const MAX_JOBS_PER_OWNER = 2;

const database = ownDatabase();
let provider: FakeProvider;
let app: TestApp;
let of: { promptId: number; modelId: number };

beforeAll(async () => {
  await hushSweeps();
  provider = await startFakeProvider();
  app = await startApp(database.url, {
    ...QUIET,
    OPENAI_API_KEY: "sk-test-key",
    OPENAI_BASE_URL: provider.url,
    MAX_CONCURRENT_JOBS: String(MAX_JOBS),
    MAX_CONCURRENT_JOBS_PER_USER: String(MAX_JOBS_PER_OWNER),
  });
});
afterAll(async () => {
  await app?.stop();
  await provider?.close();
});
// A rate limit holds up the whole model, so each test has one of its own.
beforeEach(async () => {
  of = await makePair();
});
afterEach(async () => {
  provider.reset();
  await execute(sql`delete from prompt_jobs`);
});

/** A prompt with a model of its own. */
async function makePair(model: object = {}, prompt: object = {}): Promise<typeof of> {
  const { id: modelId } = await makeModel({ provider: "openai", ...model });
  return { promptId: (await makePrompt([modelId], prompt)).id, modelId };
}

const ask = (jobId: unknown) => app.call("POST", "/api/jobs/process", { jobId });
describe("a job that is not asked now", () => {
  async function expectUntouched(jobId: number, status: number, body: object) {
    const before = await stored();
    const reply = await ask(jobId);
    expect({ status: reply.status, body: reply.body }).toEqual({
      status,
      body: { success: true, jobId, ...body },
    });
    expect(await stored()).toBe(before);
    expect(provider.requests).toEqual([]);
  }
  const running = async (count: number, at: typeof of, more: object = {}) => {
    for (let n = 0; n < count; n++) await jobIn("processing", at, more);
  };

  test.each(["processing", "succeeded", "failed", "skipped", "cancelled"] as const)(
    "because it is %s already",
    async (status) => {
      const { id } = await jobIn(status, of);
      await expectUntouched(id, 200, { status, message: `Job already ${status}` });
    },
  );

  test("because it is scheduled for later", async () => {
    const { id } = await makeJob({ ...of, scheduledFor: tomorrow() });
    await expectUntouched(id, 202, { status: "queued", waitingFor: null });
  });

  test("because its model's limit is full", async () => {
    const narrow = await makePair({ maxConcurrency: 1 });
    const { id } = await makeJob(narrow);
    await running(1, narrow);
    await expectUntouched(id, 202, { status: "queued", waitingFor: "model_limit" });
  });

  test("because its owner's limit is full, which binds nobody else", async () => {
    const mine = await makeJob({ ...of, ownerId: "anna" });
    await running(MAX_JOBS_PER_OWNER, of, { ownerId: "anna" });
    await expectUntouched(mine.id, 202, { status: "queued", waitingFor: "user_limit" });
    for (const ownerId of ["ben", null]) {
      const { id } = await makeJob({ ...of, ownerId });
      expect((await ask(id)).body.status).toBe("succeeded");
    }
  });

  test("because everybody's limit is full", async () => {
    const { id } = await makeJob(of);
    await running(MAX_JOBS, of);
    await expectUntouched(id, 202, { status: "queued", waitingFor: "global_limit" });
  });
});

describe("a job is skipped", () => {
  const cases: [string, string, object, object][] = [
    ["prompt_inactive", "its prompt is switched off", {}, { active: false }],
    ["model_inactive", "its model is switched off", { active: false }, {}],
    ["prompt_inactive", "both are", { active: false }, { active: false }],
  ];
  test.each(cases)("with %s, where %s, and is never asked", async (errorCode, _, model, prompt) => {
    const { id: jobId } = await makeJob(await makePair(model, prompt));
    const { status, body } = await ask(jobId);
    expect({ status, body }).toEqual({
      status: 200,
      body: { success: true, jobId, status: "skipped", errorCode },
    });
    const message = "Job already skipped";
    expect((await ask(jobId)).body).toEqual({ success: true, jobId, status: "skipped", message });
    expect(provider.requests).toEqual([]);
  });
});
