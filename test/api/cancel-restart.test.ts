import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { updateModel } from "@/db/models";
import { updatePrompt } from "@/db/prompts";
import { startApp, type TestApp } from "../app";
import { makeJob, makeModel, makePrompt, readJob } from "../factories";
import { type FakeProvider, startFakeProvider } from "../fake-provider";
import { ownDatabase } from "../own-database";
import { expectError, expectInvalid, hushSweeps, QUIET } from "./refusals";

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
beforeEach(() => provider.reset());

async function openAiJob() {
  const model = await makeModel({ provider: "openai" });
  const prompt = await makePrompt([model.id], { frequency: "manual" });
  return { model, prompt, id: (await makeJob({ promptId: prompt.id, modelId: model.id })).id };
}

const cancel = (id: number | string) => app.call("POST", `/api/jobs/cancel/${id}`);
const restart = (id: number | string) => app.call("POST", `/api/jobs/restart/${id}`);
const run = (jobId: number) => app.call("POST", "/api/jobs/process", { jobId });
const responsesTo = (id: number) => execute(sql`select from responses where job_id = ${id}`);

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  for (const end = Date.now() + 10_000; Date.now() < end; ) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(await condition()).toBe(true);
}

describe("POST /api/jobs/cancel/{jobId}", () => {
  test("a queued job never runs", async () => {
    const { id } = await openAiJob();
    const { status, body } = await cancel(id);
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        success: true,
        jobId: id,
        status: "cancelled",
        message: "Job cancelled successfully",
      },
    });
    expect((await run(id)).body).toEqual({
      success: true,
      jobId: id,
      status: "cancelled",
      message: "Job already cancelled",
    });
    expect(provider.requests).toHaveLength(0);
  });

  test("a running call is closed at its provider, and what follows is a fresh start", async () => {
    const { id } = await openAiJob();
    provider.reply({ kind: "hang" });
    const running = run(id);
    await until(() => provider.requests.length === 1);
    expect((await cancel(id)).status).toBe(200);
    expect((await running).body).toMatchObject({ success: true, jobId: id, status: "cancelled" });
    await until(() => provider.requests[0]?.closedEarly === true);
    expect(await responsesTo(id)).toHaveLength(0);

    provider.reset();
    expect((await restart(id)).body).toEqual({
      success: true,
      jobId: id,
      status: "queued",
      message: "Job restarted and re-queued",
    });
    await until(async () => (await readJob(id)).status === "succeeded");
    expect(await responsesTo(id)).toHaveLength(1);
    const { body } = await app.call("GET", `/api/jobs/status/${id}`);
    expect(body.attempts).toMatchObject([
      { attempt: 1, outcome: "cancelled", mayHaveBeenPaid: true },
      { attempt: 2, outcome: "succeeded" },
    ]);
  });

  test("a final job is left as it is, and the reply says what it is", async () => {
    const { id } = await openAiJob();
    await run(id);
    const currentStatus = "succeeded";
    expectError(await cancel(id), "JobAlreadyCompletedError", 409, { jobId: id, currentStatus });
  });
});

describe("POST /api/jobs/restart/{jobId}", () => {
  test.each(["queued", "processing", "succeeded"])(
    "a %s job can't be restarted",
    async (status) => {
      const { id } = await openAiJob();
      await execute(
        status === "processing"
          ? sql`update prompt_jobs set status = 'processing', claim_token = gen_random_uuid(),
            lease_expires_at = now() + interval '1 hour', started_at = now() where id = ${id}`
          : sql`update prompt_jobs set status = ${status},
            finished_at = case when ${status} = 'succeeded' then now() end where id = ${id}`,
      );
      expectError(await restart(id), "JobNotRestartableError", 409, {
        jobId: id,
        currentStatus: status,
      });
    },
  );

  test("nor can one whose prompt or model is off", async () => {
    const [a, b] = [await openAiJob(), await openAiJob()];
    for (const { id } of [a, b]) await cancel(id);
    await updatePrompt(a.prompt.id, { active: false });
    await updateModel(b.model.id, { active: false });
    for (const { id } of [a, b]) expectError(await restart(id), "ConflictError", 409);
  });
});

test("POST /api/jobs/restart sends out what it restarts", async () => {
  const ids = [(await openAiJob()).id, (await openAiJob()).id];
  for (const id of ids) await cancel(id);
  const { body } = await app.call("POST", "/api/jobs/restart", { jobIds: ids });
  expect(body).toEqual({ success: true, matched: 2, changed: 2 });
  for (const id of ids) await until(async () => (await readJob(id)).status === "succeeded");
});

test.each([cancel, restart])("an unknown job is a 404 and a bad id a 400", async (call) => {
  expectError(await call(2 ** 53 - 1), "JobNotFoundError", 404, { jobId: 2 ** 53 - 1 });
  expectInvalid(await call("0"), "jobId");
});
