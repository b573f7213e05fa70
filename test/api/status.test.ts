import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FINAL_JOB_STATUSES, JOB_STATUSES, type JobStatus } from "@/db/job-status";
import type { PromptJob } from "@/db/schema";
import { startApp, type TestApp } from "../app";
import { makeJob, makeJobs, makeModel, makePrompt } from "../factories";
import { ownDatabase } from "../own-database";
import { jobIn } from "./job-rows";
import { expectError, hushSweeps, QUIET, stored, tomorrow } from "./refusals";

const database = ownDatabase();
let app: TestApp;
let jobs: PromptJob[];
let prompts: number[];
let models: number[];

beforeAll(async () => {
  await hushSweeps();
  app = await startApp(database.url, QUIET);
  models = (await Promise.all([makeModel(), makeModel()])).map((model) => model.id);
  prompts = [];
  for (let n = 0; n < 3; n++) prompts.push((await makePrompt(models)).id);
  jobs = [];
  // Each state for each prompt, model and batch.
  for (const promptId of prompts) {
    for (const modelId of models) {
      for (const batchKey of ["2025-10-14", "2025-W42"]) {
        for (const [runIndex, status] of JOB_STATUSES.entries()) {
          const scheduledFor = tomorrow();
          const fields = { batchKey, runIndex, ...(status === "queued" ? { scheduledFor } : {}) };
          jobs.push(await jobIn(status, { promptId, modelId }, fields));
        }
      }
    }
  }
});
afterAll(() => app?.stop());

type Query = Record<string, string | number>;
const status = async (query: Query = {}) => {
  const text = new URLSearchParams(Object.entries(query).map(([k, v]) => [k, String(v)]));
  return (await app.call("GET", `/api/jobs/status?${text}`)).body;
};
const idsOf = (body: { jobs: { jobId: number }[] }) => body.jobs.map((job) => job.jobId);
const newestFirst = (some: { id: number }[]) => some.map((job) => job.id).sort((a, b) => b - a);

function summaryOf(some: PromptJob[]) {
  const counts = JOB_STATUSES.map((name) => [
    name,
    some.filter((job) => job.status === name).length,
  ]);
  return { total: some.length, ...Object.fromEntries(counts) };
}

describe("the list of jobs", () => {
  test("has all of them, newest first, with the summary of all", async () => {
    expect(await status()).toEqual({
      success: true,
      summary: summaryOf(jobs),
      jobs: newestFirst(jobs).map((jobId) => expect.objectContaining({ jobId })),
      nextCursor: null,
    });
  });

  test("has a summary of all that match, whatever the page shows", async () => {
    for (const limit of [1, 7, 100]) {
      const body = await status({ limit });
      expect(body.summary).toEqual(summaryOf(jobs));
      expect(idsOf(body)).toEqual(newestFirst(jobs).slice(0, limit));
    }
    const batch = jobs.filter((job) => job.batchKey === "2025-W42");
    expect((await status({ limit: 1, batchKey: "2025-W42" })).summary).toEqual(summaryOf(batch));
  });

  const filters: [string, () => Query, (job: PromptJob) => boolean][] = [
    ["a job", () => ({ jobId: jobs[5]?.id ?? 0 }), (job) => job.id === jobs[5]?.id],
    [
      "several jobs",
      () => ({ jobIds: [3, 9, 5].map((n) => jobs[n]?.id).join(",") }),
      (job) => [3, 9, 5].some((n) => jobs[n]?.id === job.id),
    ],
    [
      "what came after a job",
      () => ({ after: jobs[60]?.id ?? 0 }),
      (job) => job.id > (jobs[60]?.id ?? 0),
    ],
    ["a batch", () => ({ batchKey: "2025-10-14" }), (job) => job.batchKey === "2025-10-14"],
    ["a prompt", () => ({ promptId: prompts[1] ?? 0 }), (job) => job.promptId === prompts[1]],
    ["a model", () => ({ modelId: models[1] ?? 0 }), (job) => job.modelId === models[1]],
    ...JOB_STATUSES.map((name): [string, () => Query, (job: PromptJob) => boolean] => [
      `the status ${name}`,
      () => ({ status: name }),
      (job) => job.status === name,
    ]),
    ["an error", () => ({ errorCode: "timeout" }), (job) => job.errorCode === "timeout"],
    [
      "a model's part of a batch",
      () => ({ batchKey: "2025-W42", modelId: models[0] ?? 0 }),
      (job) => job.batchKey === "2025-W42" && job.modelId === models[0],
    ],
    [
      "everything at once",
      () => ({
        batchKey: "2025-10-14",
        promptId: prompts[2] ?? 0,
        modelId: models[1] ?? 0,
        status: "failed",
        errorCode: "timeout",
      }),
      (job) =>
        job.batchKey === "2025-10-14" &&
        job.promptId === prompts[2] &&
        job.modelId === models[1] &&
        job.status === "failed",
    ],
  ];
  test.each(filters)(
    "by %s has those for which it holds, in page and summary",
    async (_, query, holds) => {
      const matching = jobs.filter(holds);
      expect(matching.length).toBeGreaterThan(0);
      const body = await status(query());
      expect(idsOf(body)).toEqual(newestFirst(matching));
      expect(body.summary).toEqual(summaryOf(matching));
    },
  );

  test.each<[string, Query]>([
    ["an unknown job", { jobId: 999_999 }],
    ["the largest id", { jobId: Number.MAX_SAFE_INTEGER }],
    ["an unknown batch", { batchKey: "2025-10-15" }],
    ["a batch that SQL would like", { batchKey: "' or '1'='1" }],
    ["a pattern", { batchKey: "2025%" }],
    ["an error of no job", { errorCode: "budget_exceeded" }],
    ["conditions that no job meets together", { status: "succeeded", errorCode: "timeout" }],
  ])("by %s is empty, and no error", async (_, query) => {
    expect(await status(query)).toEqual({
      success: true,
      summary: summaryOf([]),
      jobs: [],
      nextCursor: null,
    });
  });

  test("a page's cursor leads on without gaps or doubles, while new jobs come", async () => {
    const [promptId = 0] = prompts;
    const [modelId = 0] = models;
    for (const filter of [{}, { status: "failed" }, { batchKey: "2025-W42", promptId }]) {
      const wanted = newestFirst(
        jobs.filter((job) => Object.entries(filter).every(([k, v]) => job[k as "status"] === v)),
      );
      const seen: number[] = [];
      for (let cursor: string | null = null; ; ) {
        const page: { jobs: { jobId: number }[]; nextCursor: string | null } = await status({
          ...filter,
          limit: 5,
          ...(cursor === null ? {} : { cursor }),
        });
        seen.push(...idsOf(page));
        cursor = page.nextCursor;
        if (cursor === null) break;
        expect(page.jobs).toHaveLength(5);
        jobs.push(
          await makeJob({
            promptId,
            modelId,
            batchKey: `new-${seen.length}-${jobs.length}`,
            scheduledFor: tomorrow(),
          }),
        );
      }
      expect(seen).toEqual(wanted);
    }
  });

  test("says there is no next page where the page just holds the rest", async () => {
    const [modelId = 0] = models;
    const promptId = (await makePrompt(models)).id;
    const made = await makeJobs(3, { promptId, modelId });
    expect((await status({ promptId, limit: 3 })).nextCursor).toBeNull();
    const { nextCursor } = await status({ promptId, limit: 2 });
    const rest = await status({ promptId, limit: 2, cursor: nextCursor });
    expect(idsOf(rest)).toEqual([Math.min(...made)]);
    expect(rest.nextCursor).toBeNull();
    expect(rest.summary.total).toBe(3);
  });

  test("counts more than a page can hold", async () => {
    const [modelId = 0] = models;
    const promptId = (await makePrompt(models)).id;
    await makeJobs(2_500, { promptId, modelId });
    const body = await status({ promptId, limit: 1 });
    expect(body.summary).toMatchObject({ total: 2_500, queued: 2_500 });
    expect(body.jobs).toHaveLength(1);
    expect((await status({ promptId })).jobs).toHaveLength(100);
  });
});

describe("one job", () => {
  test.each(JOB_STATUSES)("that is %s is shown as the list shows it", async (name: JobStatus) => {
    const job = jobs.find((one) => one.status === name);
    const { status: code, body } = await app.call("GET", `/api/jobs/status/${job?.id}`);
    expect(code).toBe(200);
    expect(body).toEqual({
      success: true,
      job: (await status({ jobId: job?.id ?? 0 })).jobs[0],
      attempts: [],
    });
    const final = (FINAL_JOB_STATUSES as readonly JobStatus[]).includes(name);
    expect(body.job.progress).toBe(final ? 1 : name === "processing" ? 0.5 : 0);
  });

  test("that there isn't is 404", async () => {
    expectError(await app.call("GET", "/api/jobs/status/999999"), "JobNotFoundError", 404, {
      jobId: 999_999,
    });
  });
});

test("looking changes nothing", async () => {
  const before = await stored();
  await status();
  await app.call("GET", `/api/jobs/status/${jobs[0]?.id}`);
  expect(await stored()).toBe(before);
});
