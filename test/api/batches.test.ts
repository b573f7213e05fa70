import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { insertPause } from "@/db/pauses";
import { startApp, type TestApp } from "../app";
import { makeModel, makePrompt } from "../factories";
import { ownDatabase } from "../own-database";
import { jobIn } from "./job-rows";
import { expectError, expectInvalid, hushSweeps, QUIET, stored, tomorrow } from "./refusals";

const database = ownDatabase();
let app: TestApp;
let promptId: number;
let otherPromptId: number;
let modelId: number;
let simulatedId: number;

beforeAll(async () => {
  await hushSweeps();
  app = await startApp(database.url, QUIET);
  modelId = (await makeModel({ provider: "openai" })).id;
  simulatedId = (await makeModel()).id;
  promptId = (await makePrompt([modelId])).id;
  otherPromptId = (await makePrompt([modelId])).id;
});
afterAll(() => app?.stop());
beforeEach(() => execute(sql`truncate prompt_jobs, pauses`));

const NONE = { queued: 0, processing: 0, succeeded: 0, failed: 0, skipped: 0, cancelled: 0 };
const WAITING = {
  paused: 0,
  backoff: 0,
  rate_limit: 0,
  model_limit: 0,
  user_limit: 0,
  global_limit: 0,
  dispatch: 0,
};

let run = 0;
const make = (
  batchKey: string,
  status: Parameters<typeof jobIn>[0],
  fields: Parameters<typeof jobIn>[2] = {},
) => jobIn(status, { promptId, modelId }, { batchKey, runIndex: run++, ...fields });

const read = (key: string) => app.call("GET", `/api/jobs/batches/${encodeURIComponent(key)}`);
const list = async (query = "") => (await app.call("GET", `/api/jobs/batches${query}`)).body;
const keysOf = (body: { batches: { batchKey: string }[] }) =>
  body.batches.map((batch) => batch.batchKey);

describe("GET /api/jobs/batches/{batchKey}", () => {
  test("counts the batch's jobs by state and by what they wait for", async () => {
    const started = new Date("2025-10-14T06:00:05Z");
    await make("2025-10-14", "queued");
    await make("2025-10-14", "queued", { modelId: simulatedId });
    await make("2025-10-14", "queued", { modelId: simulatedId, promptId: otherPromptId });
    await make("2025-10-14", "queued", { modelId: simulatedId, ownerId: "alice" });
    await make("2025-10-14", "queued", {
      claimCount: 1,
      scheduledFor: tomorrow(),
      modelId: simulatedId,
    });
    await make("2025-10-14", "queued", { scheduledFor: tomorrow(), modelId: simulatedId });
    await make("2025-10-14", "processing", { startedAt: started });
    await make("2025-10-14", "processing");
    await make("2025-10-14", "succeeded", { costUsd: 0.25 });
    await make("2025-10-14", "failed", { costUsd: 0.5 });
    await make("2025-10-14", "skipped");
    await make("2025-10-15", "queued");
    await insertPause({ provider: "openai" });
    const { status, body } = await read("2025-10-14");
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        success: true,
        batch: {
          batchKey: "2025-10-14",
          summary: {
            ...NONE,
            total: 11,
            queued: 6,
            processing: 2,
            succeeded: 1,
            failed: 1,
            skipped: 1,
          },
          // One is scheduled for later and was never tried: it waits for nothing yet.
          waiting: { ...WAITING, paused: 1, dispatch: 3, backoff: 1 },
          progress: 3 / 11,
          promptCount: 2,
          startedAt: "2025-10-14T06:00:05.000Z",
          finishedAt: null,
          costUsd: 0.75,
        },
      },
    });
  });

  test("the probe of an open circuit waits for dispatch, the rest of its provider is paused", async () => {
    const probe = await make("b", "queued");
    await make("b", "queued");
    await execute(sql`insert into pauses (provider, manual, reason, next_probe_at, probe_job_id)
      values ('openai', false, 'quota_exhausted', now(), ${probe.id})`);
    expect((await read("b")).body.batch.waiting).toEqual({ ...WAITING, dispatch: 1, paused: 1 });
  });

  test("says of each queued job what its own status says", async () => {
    const { id: narrow } = await makeModel({ maxConcurrency: 1 });
    await make("b", "processing", { modelId: narrow });
    await make("b", "queued", { modelId: narrow });
    await make("b", "queued", { claimCount: 2, scheduledFor: tomorrow() });
    await make("b", "queued", { modelId: simulatedId });
    await insertPause({ modelId: simulatedId });
    const { body } = await app.call("GET", "/api/jobs/status?batchKey=b&status=queued");
    const counted: Record<string, number> = { ...WAITING };
    for (const { waitingFor } of body.jobs) counted[waitingFor] = (counted[waitingFor] ?? 0) + 1;
    expect(counted).toMatchObject({ model_limit: 1, backoff: 1, paused: 1 });
    expect((await read("b")).body.batch.waiting).toEqual(counted);
  });

  test("is finished when the last of its jobs is", async () => {
    await make("b", "succeeded", { finishedAt: new Date("2025-10-14T07:00:00Z"), costUsd: null });
    for (const hour of ["06", "08"]) {
      await make("b", "cancelled", { finishedAt: new Date(`2025-10-14T${hour}:00:00Z`) });
    }
    expect((await read("b")).body.batch).toMatchObject({
      finishedAt: "2025-10-14T08:00:00.000Z",
      costUsd: null,
      waiting: WAITING,
    });
    await make("b", "queued");
    expect((await read("b")).body.batch.finishedAt).toBeNull();
  });

  test("takes any key that a job can have, and says so of one that none has", async () => {
    for (const key of ["run-1 / 2%", "ä?b=c&d", "import", "..x", "1"]) {
      await make(key, "queued");
      expect((await read(key)).body.batch).toMatchObject({ batchKey: key, promptCount: 1 });
    }
    for (const key of ["2025-10-16", "2025%", "' or '1'='1"]) {
      expectError(await read(key), "BatchNotFoundError", 404, { batchKey: key });
    }
    expectInvalid(await read("x".repeat(201)), "batchKey");
  });
});

describe("GET /api/jobs/batches", () => {
  test("of no jobs is empty", async () => {
    expect(await list()).toEqual({ success: true, batches: [], nextCursor: null });
  });

  test("has each batch once, that of the newest job first, as its own address shows it", async () => {
    // Interleaved, as those are whose jobs are enqueued at the same time.
    for (const key of ["a", "b", "a", "b", "c", "a", "d", "c"]) await make(key, "queued");
    const body = await list();
    expect(keysOf(body)).toEqual(["c", "d", "a", "b"]);
    expect(body.nextCursor).toBeNull();
    expect((await list("?limit=4")).nextCursor).toBeNull();
    for (const batch of body.batches) {
      expect(batch).toEqual((await read(batch.batchKey)).body.batch);
    }
  });

  test.each([1, 2, 3])("in pages of %i has them all, once each", async (limit) => {
    for (const key of ["a", "b", "c", "b", "a", "d", "e", "a", "e", "b", "f"]) {
      await make(key, "succeeded");
    }
    const seen: string[] = [];
    for (let cursor: string | null = null; ; ) {
      const page = await list(`?limit=${limit}${cursor === null ? "" : `&cursor=${cursor}`}`);
      expect(page.batches.length).toBeLessThanOrEqual(limit);
      seen.push(...keysOf(page));
      cursor = page.nextCursor;
      if (cursor === null) break;
    }
    expect(seen).toEqual(["f", "b", "e", "a", "d", "c"]);
  });

  test("refuses what isn't a page, and changes nothing", async () => {
    await make("a", "queued");
    const before = await stored();
    for (const [query, path] of [
      ["?limit=0", "limit"],
      ["?limit=101", "limit"],
      ["?cursor=0", "cursor"],
      ["?status=queued", "status"],
    ] as const) {
      expectInvalid(await app.call("GET", `/api/jobs/batches${query}`), path);
    }
    await list();
    expect(await stored()).toBe(before);
    expectError(await app.raw("/api/jobs/batches"), "UnauthorizedError", 401);
    expectError(await app.raw("/api/jobs/batches/a"), "UnauthorizedError", 401);
  });
});
