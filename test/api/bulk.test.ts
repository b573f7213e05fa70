import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { JOB_STATUSES, type JobStatus } from "@/db/job-status";
import { updateModel } from "@/db/models";
import { updatePrompt } from "@/db/prompts";
import type { PromptJob } from "@/db/schema";
import { startApp, type TestApp } from "../app";
import { attemptsOf } from "../claims";
import { makeJobs, makeModel, makePrompt, readJob } from "../factories";
import { ownDatabase } from "../own-database";
import { jobIn } from "./job-rows";
import { expectError, expectInvalid, hushSweeps, QUIET, stored, tomorrow } from "./refusals";

const database = ownDatabase();
let app: TestApp;
let promptIds: number[];
let modelIds: number[];

beforeAll(async () => {
  await hushSweeps();
  app = await startApp(database.url, QUIET);
  modelIds = (await Promise.all([makeModel(), makeModel()])).map((model) => model.id);
  promptIds = [];
  for (let n = 0; n < 2; n++) promptIds.push((await makePrompt(modelIds)).id);
});
afterAll(() => app?.stop());
beforeEach(async () => {
  await execute(sql`truncate prompt_jobs, job_attempts, pauses`);
  // What is restarted stays queued, to be looked at.
  await app.call("POST", "/api/jobs/queue/pause");
});

const cancel = (filter: object) => app.call("POST", "/api/jobs/cancel", filter);
const restart = (filter: object) => app.call("POST", "/api/jobs/restart", filter);

/** A job in each state for each prompt, model and batch. */
async function everyKind(): Promise<PromptJob[]> {
  const jobs: PromptJob[] = [];
  for (const promptId of promptIds) {
    for (const modelId of modelIds) {
      for (const batchKey of ["2025-10-14", "2025-W42"]) {
        for (const [runIndex, status] of JOB_STATUSES.entries()) {
          jobs.push(await jobIn(status, { promptId, modelId }, { batchKey, runIndex }));
        }
      }
    }
  }
  return jobs;
}

type Filter = Partial<Pick<PromptJob, "batchKey" | "promptId" | "modelId" | "errorCode">> & {
  status?: JobStatus;
};

const FILTERS: [string, () => Filter][] = [
  ["a batch", () => ({ batchKey: "2025-W42" })],
  ["a prompt", () => ({ promptId: promptIds[1] ?? 0 })],
  ["a model", () => ({ modelId: modelIds[0] ?? 0 })],
  ["a state", () => ({ status: "failed" })],
  ["another state", () => ({ status: "queued" })],
  ["an error", () => ({ errorCode: "superseded" })],
  ["all at once", () => ({ batchKey: "2025-W42", promptId: promptIds[0] ?? 0, status: "queued" })],
];

const MOVES = [
  ["cancel", cancel, ["queued", "processing"], "cancelled"],
  ["restart", restart, ["failed", "skipped", "cancelled"], "queued"],
] as const;

describe.each(MOVES)("POST /api/jobs/%s", (verb, call, from, to) => {
  test.each(FILTERS)("by %s moves those that it can, and says how many it names", async (_, of) => {
    const jobs = await everyKind();
    const filter = of();
    const matching = jobs.filter((job) =>
      Object.entries(filter).every(([key, value]) => job[key as keyof Filter] === value),
    );
    const moving = matching.filter((job) => (from as readonly JobStatus[]).includes(job.status));
    const { status, body } = await call(filter);
    expect({ status, body }).toEqual({
      status: 200,
      body: { success: true, matched: matching.length, changed: moving.length },
    });
    for (const job of jobs) {
      const moved = moving.includes(job);
      expect(await readJob(job.id)).toMatchObject({
        status: moved ? to : job.status,
        version: job.version + (moved ? 1 : 0),
      });
    }
    expect((await call(filter)).body.changed).toBe(0);
  });

  test("by ids moves those alone, up to 1,000, and counts each once", async () => {
    const jobs = await everyKind();
    const ids = jobs.slice(0, 6).map((job) => job.id);
    const { body } = await call({ jobIds: [...ids, ...ids, 999_999] });
    expect(body).toEqual({ success: true, matched: 6, changed: from.length });
    const thousand = Array.from({ length: 1_000 }, (_, n) => n + 1);
    expect((await call({ jobIds: thousand })).status).toBe(200);
    expectInvalid(await call({ jobIds: [...thousand, 1_001] }), "jobIds");
    expect((await call({ jobIds: [] })).body).toEqual({ success: true, matched: 0, changed: 0 });
  });

  test("of everything must be said in some way", async () => {
    await everyKind();
    const before = await stored();
    expectInvalid(await call({}), "");
    expectInvalid(await call({ batchKey: "" }), "batchKey");
    expectInvalid(await call({ status: "done" }), "status");
    expectInvalid(await call({ jobIds: [0] }), "jobIds.0");
    expectInvalid(await call({ jobId: 1, status: "queued" }), "jobId");
    expectInvalid(await call({ promptId: "1" }), "promptId");
    expectInvalid(await app.call("POST", `/api/jobs/${verb}`), "");
    expect(await stored()).toBe(before);
  });

  test("moves 10,000 in one call", async () => {
    const [promptId = 0, modelId = 0] = [promptIds[0], modelIds[0]];
    const [first = 0] = await makeJobs(10_000, { promptId, modelId });
    const { batchKey } = await readJob(first);
    if (to === "queued") await cancel({ batchKey });
    expect((await call({ batchKey })).body).toEqual({
      success: true,
      matched: 10_000,
      changed: 10_000,
    });
  });
});

describe("a bulk cancel", () => {
  test("takes the claim of running jobs away, and lists their attempts", async () => {
    const [promptId = 0, modelId = 0] = [promptIds[0], modelIds[0]];
    const running = await jobIn("processing", { promptId, modelId });
    const queued = await jobIn("queued", { promptId, modelId });
    await cancel({ promptId });
    expect(await readJob(running.id)).toMatchObject({ claimToken: null, errorCode: "cancelled" });
    expect(await attemptsOf(running.id)).toMatchObject([
      { attempt: 1, outcome: "cancelled", may_have_been_paid: true },
    ]);
    expect(await attemptsOf(queued.id)).toEqual([]);
  });
});

describe("a bulk restart", () => {
  const failed = (reference: string | null, fields: object = {}) =>
    jobIn(
      "failed",
      { promptId: promptIds[0] ?? 0, modelId: modelIds[0] ?? 0 },
      {
        reference,
        ...fields,
      },
    );
  const statusOf = async (job: PromptJob) => (await readJob(job.id)).status;

  test("restarts the newest of several twins of one reference and owner", async () => {
    const old = await failed("r");
    const alices = await failed("r", { ownerId: "alice" });
    const newest = await failed("r");
    const plain = [await failed(null), await failed(null)];
    expect((await restart({ status: "failed" })).body).toMatchObject({ matched: 5, changed: 4 });
    expect(await statusOf(old)).toBe("failed");
    for (const job of [alices, newest, ...plain]) expect(await statusOf(job)).toBe("queued");
  });

  test("leaves twins of one that is in flight alone", async () => {
    const job = await failed("r");
    const [promptId = 0, modelId = 0] = [promptIds[0], modelIds[0]];
    await jobIn("processing", { promptId, modelId }, { reference: "r" });
    expect((await restart({ status: "failed" })).body).toMatchObject({ matched: 1, changed: 0 });
    expect(await statusOf(job)).toBe("failed");
  });

  test("leaves those alone whose prompt or model is off or deleted", async () => {
    const [offPrompt, offModel] = [await makePrompt(modelIds), await makeModel()];
    const deleted = await makePrompt(modelIds);
    await jobIn("failed", { promptId: offPrompt.id, modelId: modelIds[0] ?? 0 });
    await jobIn("failed", { promptId: promptIds[0] ?? 0, modelId: offModel.id });
    await jobIn("failed", { promptId: deleted.id, modelId: modelIds[0] ?? 0 });
    await updatePrompt(offPrompt.id, { active: false });
    await updateModel(offModel.id, { active: false });
    await execute(sql`update prompts set deleted_at = now() where id = ${deleted.id}`);
    expect((await restart({ status: "failed" })).body).toMatchObject({ matched: 3, changed: 0 });
  });

  test("gives a fresh start, before what is scheduled", async () => {
    const job = await failed(null, {
      attemptCount: 1,
      claimCount: 4,
      costUsd: 0.5,
      maxAttempts: 1,
      scheduledFor: tomorrow(),
      dispatchedAt: new Date(),
    });
    await restart({ jobIds: [job.id] });
    const restarted = await readJob(job.id);
    expect(restarted.scheduledFor.getTime()).toBeLessThanOrEqual(Date.now());
    expect(restarted).toMatchObject({
      attemptCount: 0,
      maxAttempts: 3,
      startedAt: null,
      dispatchedAt: null,
      claimCount: 4,
      costUsd: 0.5,
      priority: 10,
      errorCode: null,
      finishedAt: null,
    });
  });
});

test("the restart of one job whose twin is in flight is refused, and names the twin", async () => {
  const [promptId = 0, modelId = 0] = [promptIds[0], modelIds[0]];
  const job = await jobIn("failed", { promptId, modelId }, { reference: "r" });
  const foreign = { reference: "r", ownerId: "alice" };
  await jobIn("queued", { promptId, modelId }, foreign);
  const twin = await jobIn("queued", { promptId, modelId }, { reference: "r" });
  const call = () => app.call("POST", `/api/jobs/restart/${job.id}`);
  expectError(await call(), "ConflictError", 409, { jobId: job.id, conflictingJobId: twin.id });
  await cancel({ jobIds: [twin.id] });
  expect((await call()).status).toBe(200);
  // Now the first is the one in flight.
  const reply = await app.call("POST", `/api/jobs/restart/${twin.id}`);
  expectError(reply, "ConflictError", 409, { jobId: twin.id, conflictingJobId: job.id });
});
