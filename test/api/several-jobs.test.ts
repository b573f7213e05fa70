import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { execute } from "@/db/client";
import { startApp, type TestApp } from "../app";
import { makeJobs, makeModel, makePrompt } from "../factories";
import { type FakeProvider, startFakeProvider } from "../fake-provider";
import { ownDatabase } from "../own-database";
import { expectInvalid, hushSweeps, QUIET } from "./refusals";

const database = ownDatabase();
let provider: FakeProvider;
let app: TestApp;

beforeAll(async () => {
  await hushSweeps();
  provider = await startFakeProvider();
  app = await startApp(database.url, {
    ...QUIET,
    OPENAI_API_KEY: "sk-test",
    OPENAI_BASE_URL: provider.url,
  });
});
afterAll(async () => {
  await app?.stop();
  await provider?.close();
});

const post = (body: object) => app.call("POST", "/api/jobs/process", body);

test("several jobs in one call run side by side, each with its own reply in order", async () => {
  const model = await makeModel({ provider: "openai" });
  const prompt = await makePrompt([model.id]);
  const ids = await makeJobs(8, { promptId: prompt.id, modelId: model.id });
  const [done = 0] = ids;
  await post({ jobId: done });
  provider.reply(() => ({ kind: "answer", answer: "Lost", entities: ["Lost"], delayMs: 200 }));

  const unknown = 2 ** 53 - 1;
  const { status, body } = await post({ jobIds: [...ids, unknown] });

  expect(status).toBe(200);
  expect(body.success).toBe(true);
  expect(body.results).toEqual([
    { success: true, jobId: done, status: "succeeded", message: "Job already succeeded" },
    ...ids.slice(1).map((jobId) => ({
      success: true,
      jobId,
      status: "succeeded",
      entityId: expect.any(Number),
    })),
    {
      success: false,
      error: "JobNotFoundError",
      message: `Job ${unknown} not found`,
      jobId: unknown,
    },
  ]);
  expect(provider.maxInFlight).toBe(7);
  expect(await execute(sql`select from responses`)).toHaveLength(8);
});

test.each([
  ["none", { jobIds: [] }],
  ["65 jobs", { jobIds: Array.from({ length: 65 }, (_, n) => n + 1) }],
  ["a job twice", { jobIds: [1, 1] }],
])("%s is refused", async (_, body) => expectInvalid(await post(body), "jobIds"));

test("a job and several jobs at once are refused", async () => {
  expectInvalid(await post({ jobId: 1, jobIds: [2] }), "jobId");
});
