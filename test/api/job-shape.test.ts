import { sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { startApp, type TestApp } from "../app";
import { ageJob, makeJob, makeModel, makePrompt } from "../factories";
import { type FakeProvider, startFakeProvider } from "../fake-provider";
import { ownDatabase } from "../own-database";
import { jobIn } from "./job-rows";
import { hushSweeps, QUIET, tomorrow } from "./refusals";

const MAX_JOBS = 4;
const MAX_JOBS_PER_OWNER = 2;

const database = ownDatabase();
let provider: FakeProvider;
let app: TestApp;
let of: { promptId: number; modelId: number };
let narrow: { promptId: number; modelId: number };

beforeAll(async () => {
  await hushSweeps();
  provider = await startFakeProvider();
  app = await startApp(database.url, {
    ...QUIET,
    OPENAI_API_KEY: "sk-test",
    OPENAI_BASE_URL: provider.url,
    MAX_CONCURRENT_JOBS: String(MAX_JOBS),
    MAX_CONCURRENT_JOBS_PER_USER: String(MAX_JOBS_PER_OWNER),
    RETRY_BASE_MS: "600000",
  });
  const prices = { inputUsdPerMillion: 1, outputUsdPerMillion: 10 };
  const model = await makeModel({ provider: "openai", name: "gpt-5", label: "warm", ...prices });
  const one = await makeModel({ provider: "openai", name: "gpt-narrow", maxConcurrency: 1 });
  const prompt = await makePrompt([model.id, one.id], {
    slug: "best-tv-show",
    question: "What is the best TV show?",
  });
  of = { promptId: prompt.id, modelId: model.id };
  narrow = { promptId: prompt.id, modelId: one.id };
});
afterAll(async () => {
  await app?.stop();
  await provider?.close();
});
afterEach(async () => {
  provider.reset();
  await execute(sql`delete from prompt_jobs`);
});

const read = async (jobId: number) => (await app.call("GET", `/api/jobs/status/${jobId}`)).body;
const ask = (jobId: number) => app.call("POST", "/api/jobs/process", { jobId });
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const AVERAGE = { usage: { prompt_tokens: 40, completion_tokens: 12 } };
const OVERLOADED = {
  kind: "json",
  status: 503,
  body: { error: { message: "secret words" } },
} as const;

describe("a job has exactly the contract's fields", () => {
  const fields = (jobId: number) => ({
    jobId,
    promptId: of.promptId,
    modelId: of.modelId,
    runIndex: 3,
    batchKey: "2025-10-14",
    ownerId: null,
    version: 1,
    status: "queued",
    waitingFor: "dispatch",
    progress: 0,
    attemptCount: 0,
    maxAttempts: 3,
    errorCode: null,
    errorMessage: null,
    scheduledFor: TIME,
    startedAt: null,
    finishedAt: null,
    createdAt: TIME,
    entityId: null,
    metrics: { executionSeconds: null, inputTokens: null, outputTokens: null, costUsd: null },
    prompt: { id: of.promptId, slug: "best-tv-show", question: "What is the best TV show?" },
    model: { id: of.modelId, provider: "openai", name: "gpt-5", label: "warm" },
  });
  const make = () => makeJob({ ...of, runIndex: 3, batchKey: "2025-10-14" });

  test("while it is queued", async () => {
    const { id } = await make();
    expect(await read(id)).toEqual({ success: true, job: fields(id), attempts: [] });
  });

  test("when it has succeeded, with its metrics and its attempt", async () => {
    provider.reply({ kind: "answer", entities: ["The Wire", "Lost"], ...AVERAGE });
    const { id } = await make();
    const { entityId } = (await ask(id)).body;
    const costUsd = (40 * 1 + 12 * 10) / 1_000_000;
    const { job, attempts, ...rest } = await read(id);
    expect(rest).toEqual({ success: true });
    expect(job).toEqual({
      ...fields(id),
      status: "succeeded",
      version: 3,
      waitingFor: null,
      progress: 1,
      attemptCount: 1,
      startedAt: TIME,
      finishedAt: TIME,
      entityId: expect.any(Number),
      metrics: { executionSeconds: expect.any(Number), inputTokens: 40, outputTokens: 12, costUsd },
    });
    expect(job.entityId).toBe(entityId);
    const seconds = (Date.parse(job.finishedAt) - Date.parse(job.startedAt)) / 1000;
    expect(job.metrics.executionSeconds).toBeCloseTo(seconds, 2);
    expect(attempts).toEqual([
      {
        attempt: 1,
        startedAt: job.startedAt,
        finishedAt: TIME,
        outcome: "succeeded",
        errorCode: null,
        errorMessage: null,
        httpStatus: 200,
        costUsd,
        mayHaveBeenPaid: false,
      },
    ]);
  });

  test("when it waits to be tried again, with the seconds of the attempt that failed", async () => {
    provider.reply(OVERLOADED);
    const { id } = await make();
    const { retryAt } = (await ask(id)).body;
    const { job, attempts } = await read(id);
    expect(job).toEqual({
      ...fields(id),
      version: 3,
      waitingFor: "backoff",
      attemptCount: 1,
      errorCode: "provider_unavailable",
      errorMessage: expect.stringMatching(/\S/),
      startedAt: TIME,
      scheduledFor: retryAt,
      metrics: { ...fields(id).metrics, executionSeconds: expect.any(Number) },
    });
    expect(attempts).toEqual([
      {
        attempt: 1,
        startedAt: job.startedAt,
        finishedAt: TIME,
        outcome: "retried",
        errorCode: "provider_unavailable",
        errorMessage: job.errorMessage,
        httpStatus: 503,
        costUsd: null,
        mayHaveBeenPaid: expect.any(Boolean),
      },
    ]);
    expect(JSON.stringify(job)).not.toContain("secret words");
  });

  test("after several attempts, which are listed in order, with what all of them cost", async () => {
    provider.reply([OVERLOADED, OVERLOADED, { kind: "answer", ...AVERAGE }]);
    const { id } = await make();
    for (const status of ["queued", "queued", "succeeded"]) {
      expect((await ask(id)).body.status).toBe(status);
      await ageJob(id, 3_600);
    }
    const { job, attempts } = await read(id);
    expect(job).toMatchObject({ attemptCount: 3, errorCode: null, errorMessage: null, version: 7 });
    expect(job.metrics.costUsd).toBeCloseTo(0.00016, 10);
    const listed = attempts.map(({ attempt, outcome }: Record<string, unknown>) => [
      attempt,
      outcome,
    ]);
    expect(listed).toEqual([
      [1, "retried"],
      [2, "retried"],
      [3, "succeeded"],
    ]);
  });

  test("when nothing is known of its cost, which then is null and not 0", async () => {
    provider.reply({ kind: "answer", usage: {} });
    const { id } = await makeJob(narrow);
    await ask(id);
    const { job, attempts } = await read(id);
    expect(job.status).toBe("succeeded");
    expect(job.metrics).toMatchObject({ inputTokens: null, outputTokens: null, costUsd: null });
    expect(attempts[0].costUsd).toBeNull();
  });
});

describe("a queued job waits for", () => {
  const waitingFor = async (jobId: number) => {
    const { job } = await read(jobId);
    const [listed] = (await app.call("GET", `/api/jobs/status?jobId=${jobId}`)).body.jobs;
    expect(listed).toEqual(job);
    return job.waitingFor;
  };
  const running = async (count: number, ...[at, more]: [typeof of, object?]) => {
    for (let n = 0; n < count; n++) await jobIn("processing", at, more);
  };

  test("dispatch, where nothing else is in its way", async () => {
    expect(await waitingFor((await makeJob(of)).id)).toBe("dispatch");
    expect(await waitingFor((await makeJob({ ...narrow, ownerId: "anna" })).id)).toBe("dispatch");
  });

  test("nothing, where it is only scheduled for later", async () => {
    expect(await waitingFor((await makeJob({ ...of, scheduledFor: tomorrow() })).id)).toBeNull();
  });

  test("backoff, where it was tried before, and whatever limit is full besides", async () => {
    await running(MAX_JOBS, narrow);
    const tried = { scheduledFor: tomorrow(), claimCount: 1, attemptCount: 1 };
    expect(await waitingFor((await makeJob({ ...narrow, ...tried })).id)).toBe("backoff");
  });

  test("its model's limit first, then its owner's, then everybody's", async () => {
    const ofAnna = await makeJob({ ...of, ownerId: "anna" });
    const narrowOfAnna = await makeJob({ ...narrow, ownerId: "anna" });
    const ofBen = await makeJob({ ...of, ownerId: "ben" });
    const ofNobody = await makeJob(of);
    const all = [narrowOfAnna, ofAnna, ofBen, ofNobody];
    const reasons = () => Promise.all(all.map((job) => waitingFor(job.id)));

    expect(await reasons()).toEqual(["dispatch", "dispatch", "dispatch", "dispatch"]);
    await running(MAX_JOBS_PER_OWNER, of, { ownerId: "anna" });
    expect(await reasons()).toEqual(["user_limit", "user_limit", "dispatch", "dispatch"]);
    await running(1, narrow);
    expect(await reasons()).toEqual(["model_limit", "user_limit", "dispatch", "dispatch"]);
    await running(MAX_JOBS - MAX_JOBS_PER_OWNER - 1, of);
    expect(await reasons()).toEqual(["model_limit", "user_limit", "global_limit", "global_limit"]);
  });

  test("an owner's limit binds no job without an owner", async () => {
    await running(MAX_JOBS - 1, of);
    expect(await waitingFor((await makeJob(of)).id)).toBe("dispatch");
  });

  test.each(["processing", "succeeded", "failed", "skipped", "cancelled"] as const)(
    "nothing, once it is %s",
    async (status) => {
      await running(MAX_JOBS, narrow);
      expect(await waitingFor((await jobIn(status, of)).id)).toBeNull();
    },
  );
});
