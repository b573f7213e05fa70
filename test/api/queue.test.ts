import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import type { PromptJob } from "@/db/schema";
import { startApp, type TestApp } from "../app";
import { makeJob, makeModel, makePrompt, readJob } from "../factories";
import { type FakeProvider, startFakeProvider } from "../fake-provider";
import { ownDatabase } from "../own-database";
import { expectError, expectInvalid } from "./refusals";

const database = ownDatabase();
let provider: FakeProvider;
let app: TestApp;

const env = () => ({
  OPENAI_API_KEY: "sk-test",
  OPENAI_BASE_URL: provider.url,
  SELF_TICK_SECONDS: "0",
  RETRY_BASE_MS: "1",
});

beforeAll(async () => {
  provider = await startFakeProvider();
  app = await startApp(database.url, env());
});
afterAll(async () => {
  await app?.stop();
  await provider?.close();
});
beforeEach(async () => {
  provider.reset();
  await execute(sql`truncate prompt_jobs, pauses, job_attempts, maintenance`);
});

async function openAiJob(job: Partial<PromptJob> = {}) {
  const model = await makeModel({ provider: "openai" });
  const prompt = await makePrompt([model.id], { frequency: "manual" });
  return makeJob({ promptId: prompt.id, modelId: model.id, ...job });
}

/** A job whose worker vanished; never queued, so that no loop that is still alive takes it. */
const lostJob = () =>
  openAiJob({
    status: "processing",
    claimToken: randomUUID(),
    leaseExpiresAt: new Date(Date.now() - 1_000),
    startedAt: new Date(Date.now() - 360_000),
    attemptCount: 1,
    claimCount: 1,
  });

const sweep = () => app.call("GET", "/api/cron/sweep");
const shown = async (id: number) => (await app.call("GET", `/api/jobs/status/${id}`)).body.job;

async function untilStatus(id: number, status: string): Promise<void> {
  for (const end = Date.now() + 10_000; Date.now() < end; ) {
    if ((await readJob(id)).status === status) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect((await readJob(id)).status).toBe(status);
}

describe("GET /api/cron/sweep", () => {
  test("takes a lost job back, sends it out, and says so", async () => {
    const { id } = await lostJob();
    const { status, body } = await sweep();
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        success: true,
        message: "Rescued 1, dispatched 1 and pruned 0 jobs",
        rescued: 1,
        dispatched: 1,
        pruned: 0,
      },
    });
    await untilStatus(id, "succeeded");
    const { body: detail } = await app.call("GET", `/api/jobs/status/${id}`);
    expect(detail.attempts).toMatchObject([
      { attempt: 1, outcome: "lost", errorCode: "lost", mayHaveBeenPaid: true },
      { attempt: 2, outcome: "succeeded" },
    ]);
  });

  test("is not run by HEAD", async () => {
    const { id } = await lostJob();
    expect((await app.call("HEAD", "/api/cron/sweep")).status).toBe(405);
    expect((await readJob(id)).status).toBe("processing");
  });

  test("is started by any other call of somebody known, once a minute", async () => {
    const { id } = await lostJob();
    // An instance asks at most once a minute, so this one is fresh.
    const fresh = await startApp(database.url, env());
    try {
      expect((await fresh.raw("/api/models")).status).toBe(401);
      expect((await readJob(id)).status).toBe("processing");
      await fresh.call("GET", "/api/models");
      await untilStatus(id, "succeeded");
      const next = await lostJob();
      await fresh.call("GET", "/api/models");
      expect((await readJob(next.id)).status).toBe("processing");
    } finally {
      await fresh.stop();
    }
  });
});

describe("an account's trouble", () => {
  test("holds its provider's jobs back until a sweep's probe succeeds", async () => {
    const [first, second] = [await openAiJob(), await openAiJob()];
    const error = { message: "No credit", type: "insufficient_quota", code: "insufficient_quota" };
    provider.reply(() => ({ kind: "json", status: 429, body: { error } }));
    const { status, body } = await app.call("POST", "/api/jobs/process", { jobId: first.id });
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        success: false,
        jobId: first.id,
        status: "queued",
        waitingFor: "paused",
        retryAt: null,
        errorCode: "quota_exhausted",
        error: expect.any(String),
      },
    });
    const refused = await app.call("POST", "/api/jobs/process", { jobId: second.id });
    expect({ status: refused.status, body: refused.body }).toEqual({
      status: 202,
      body: { success: true, jobId: second.id, status: "queued", waitingFor: "paused" },
    });
    expect(await shown(first.id)).toMatchObject({ waitingFor: "paused", attemptCount: 0 });

    await sweep();
    for (const end = Date.now() + 5_000; provider.requests.length < 2 && Date.now() < end; ) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(provider.requests).toHaveLength(2);
    await untilStatus(first.id, "queued");

    provider.reset();
    await sweep();
    await untilStatus(first.id, "succeeded");
    await untilStatus(second.id, "succeeded");
    expect(await execute(sql`select from pauses`)).toEqual([]);
  });
});

describe("POST /api/jobs/queue/pause and /resume", () => {
  const pause = (body?: object) => app.call("POST", "/api/jobs/queue/pause", body);
  const resume = (body?: object) => app.call("POST", "/api/jobs/queue/resume", body);

  test("a paused provider's jobs wait, and run once it is resumed", async () => {
    const job = await openAiJob();
    const { body } = await pause({ provider: "openai" });
    const held = { reason: "manual", since: expect.any(String), nextProbeAt: null };
    expect(body).toEqual({ success: true, paused: [{ provider: "openai", ...held }] });
    expect((await pause({ provider: "openai" })).body.paused).toHaveLength(1);
    const { status } = await app.call("POST", "/api/jobs/process", { jobId: job.id });
    expect(status).toBe(202);
    expect((await shown(job.id)).waitingFor).toBe("paused");
    expect((await sweep()).body.dispatched).toBe(0);

    expect((await resume({ provider: "openai" })).body).toEqual({ success: true, paused: [] });
    await untilStatus(job.id, "succeeded");
  });

  test("without a scope everything is paused, and resuming without one ends every pause", async () => {
    const job = await openAiJob();
    expect((await pause()).body.paused).toMatchObject([{ reason: "manual" }]);
    await pause({ modelId: job.modelId });
    expect((await resume({ modelId: job.modelId })).body.paused).toHaveLength(1);
    expect((await shown(job.id)).waitingFor).toBe("paused");
    expect((await resume({})).body.paused).toEqual([]);
    await untilStatus(job.id, "succeeded");
  });

  test("an unknown model is a 404, and anything else in the body is refused", async () => {
    expectError(await pause({ modelId: 2 ** 53 - 1 }), "ModelNotFoundError", 404, {
      modelId: 2 ** 53 - 1,
    });
    for (const body of [
      { provider: "nobody" },
      { modelId: "1" },
      { provider: "openai", modelId: 1 },
    ]) {
      expectInvalid(await pause(body));
    }
    expect(await execute(sql`select from pauses`)).toEqual([]);
  });
});
