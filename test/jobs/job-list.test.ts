import { beforeAll, describe, expect, test } from "vitest";
import { findJobSurroundings } from "@/db/job-page-queries";
import { listPauses } from "@/db/pauses";
import { environment } from "@/lib/env";
import { lastUnwell, readJobChoices, readJobList } from "@/lib/jobs/job-list";
import { readJobPage } from "@/lib/jobs/job-page";
import { pause, resume } from "@/lib/jobs/pause";
import { jobIn } from "../api/job-rows";
import { makeModel, makePrompt } from "../factories";
import { ownDatabase } from "../own-database";

ownDatabase();

const env = environment({
  DATABASE_URL: "postgres://nowhere/none",
  CRON_SECRET: "a-secret-of-16-characters",
});
const first = { limit: 2, before: null };
const none = { queued: 0, processing: 0, succeeded: 0, failed: 0, skipped: 0, cancelled: 0 };
const mine = { ownerId: "u1" };

let promptId: number;
let modelId: number;

beforeAll(async () => {
  modelId = (await makeModel()).id;
  promptId = (await makePrompt([modelId], { slug: "mine", ownerId: "u1" })).id;
  const other = (await makePrompt([modelId], { slug: "others", ownerId: "u2" })).id;
  const ask = { promptId, modelId };
  await jobIn("failed", ask, { batchKey: "a", runIndex: 0, ownerId: "u1" });
  await jobIn("failed", ask, { batchKey: "a", runIndex: 1, ownerId: "u1" });
  await jobIn("succeeded", ask, { batchKey: "b", runIndex: 0, ownerId: "u1" });
  await jobIn("queued", ask, { batchKey: "b", runIndex: 1, ownerId: "u1" });
  await jobIn("failed", { promptId: other, modelId }, { batchKey: "a", ownerId: "u2" });
});

describe("the dashboard's list of jobs", () => {
  test("counts every state, whatever state it shows", async () => {
    const list = await readJobList({ status: "failed" }, first, "all", env);
    expect(list.counts).toEqual({ ...none, queued: 1, succeeded: 1, failed: 3 });
    expect(list.jobs.map((job) => job.status)).toEqual(["failed", "failed"]);
    expect(list.nextCursor).toBe(list.jobs[1]?.jobId);
    const page = { limit: 2, before: list.nextCursor };
    const rest = await readJobList({ status: "failed" }, page, "all", env);
    expect(rest).toMatchObject({ jobs: [{ status: "failed" }], nextCursor: null });
  });

  test("counts within its other filters", async () => {
    const { counts } = await readJobList({ batchKey: "b", status: "failed" }, first, "all", env);
    expect(counts).toEqual({ ...none, queued: 1, succeeded: 1 });
  });

  test("is of what the viewer owns", async () => {
    const all = await readJobList({}, { limit: 100, before: null }, mine, env);
    expect(all.counts).toEqual({ ...none, queued: 1, succeeded: 1, failed: 2 });
    expect(all.jobs).toHaveLength(4);
    const choices = await readJobChoices(mine);
    expect(choices.questions).toEqual([{ id: promptId, slug: "mine" }]);
    expect(choices.batchKeys).toEqual(["b", "a"]);
  });

  test("knows when a job last failed, and that none was skipped", async () => {
    expect(await lastUnwell("failed", mine)).toBeInstanceOf(Date);
    expect(await lastUnwell("skipped", mine)).toBeNull();
    expect(await lastUnwell("failed", { ownerId: "nobody" })).toBeNull();
    expect(await lastUnwell("succeeded", mine)).toBeNull();
  });
});

describe("a job's page", () => {
  test("is nobody else's", async () => {
    const [job] = (await readJobList({ status: "queued" }, first, mine, env)).jobs;
    const jobId = job?.jobId ?? 0;
    expect((await readJobPage(jobId, mine, env))?.job.id).toBe(jobId);
    expect(await readJobPage(jobId, { ownerId: "u2" }, env)).toBeNull();
    expect(await readJobPage(9_999_999, "all", env)).toBeNull();
  });

  test("knows which pause holds the job's model", async () => {
    const [job] = (await readJobList({ status: "queued" }, first, "all", env)).jobs;
    const held = async () => (await findJobSurroundings(job?.jobId ?? 0))?.pause;
    expect(await held()).toBeNull();
    await pause({ provider: "openai" });
    expect(await held()).toBeNull();
    await pause({ modelId });
    expect(await held()).toMatchObject({ provider: null, modelId, manual: true });
    await resume({});
    expect(await listPauses()).toEqual([]);
  });
});
