import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { execute } from "@/db/client";
import type { JOB_STATUSES } from "@/db/job-status";
import { insertPause } from "@/db/pauses";
import { startApp, type TestApp } from "../app";
import { makeModel, makePrompt } from "../factories";
import { ownDatabase } from "../own-database";
import { jobIn } from "./job-rows";
import { expectError, expectInvalid, hushSweeps, QUIET, tomorrow } from "./refusals";

const database = ownDatabase();
let app: TestApp;
let promptId: number;
let modelId: number;

beforeAll(async () => {
  app = await startApp(database.url, {
    ...QUIET,
    MAX_CONCURRENT_JOBS: "10",
    MAX_CONCURRENT_JOBS_PER_USER: "2",
  });
});
afterAll(() => app?.stop());
beforeEach(async () => {
  await execute(sql`truncate prompt_jobs, pauses, maintenance, prompt_models, models cascade`);
  await hushSweeps();
  modelId = (await makeModel()).id;
  promptId = (await makePrompt([modelId])).id;
});

const stats = async () => (await app.call("GET", "/api/jobs/queue/stats")).body;
const make = async (
  count: number,
  status: (typeof JOB_STATUSES)[number],
  fields: Parameters<typeof jobIn>[2] & { modelId?: number } = {},
) => {
  for (let n = 0; n < count; n++) await jobIn(status, { promptId, modelId }, fields);
};
const ago = (seconds: number) => new Date(Date.now() - seconds * 1_000);

describe("GET /api/jobs/queue/stats", () => {
  test("of an empty queue is healthy, and has the contract's shape", async () => {
    await execute(sql`insert into maintenance values ('cron', '2026-01-30T06:00:00Z')`);
    const { status, body } = await app.call("GET", "/api/jobs/queue/stats");
    expect(status).toBe(200);
    expect(body).toEqual({
      success: true,
      queuedJobs: 0,
      scheduledJobs: 0,
      processingJobs: 0,
      succeededJobs: 0,
      failedJobs: 0,
      skippedJobs: 0,
      cancelledJobs: 0,
      totalJobs: 0,
      oldestQueuedSeconds: 0,
      throughputPerMinute: 0,
      limits: [{ key: "global", inUse: 0, capacity: 10, waiting: 0 }],
      paused: [],
      healthStatus: "healthy",
      lastCron: "2026-01-30T06:00:00.000Z",
      lastSweep: expect.stringMatching(/Z$/),
      liveStore: "postgres",
    });
  });

  test("counts each state, what is due apart from what is scheduled, and their sum", async () => {
    await make(3, "queued");
    await make(4, "queued", { scheduledFor: tomorrow() });
    await make(2, "processing");
    await make(5, "succeeded");
    await make(1, "failed");
    await make(6, "skipped");
    await make(7, "cancelled");
    // Final ones may be up to a minute old: a hundred times what it took to count them, which is a
    // fraction of a second for so few, but much of a minute on a busy machine.
    await vi.waitFor(
      async () =>
        expect(await stats()).toMatchObject({
          queuedJobs: 3,
          scheduledJobs: 4,
          processingJobs: 2,
          succeededJobs: 5,
          failedJobs: 1,
          skippedJobs: 6,
          cancelledJobs: 7,
          totalJobs: 28,
          lastCron: null,
          lastSweep: expect.stringMatching(/Z$/),
        }),
      { timeout: 65_000, interval: 200 },
    );
  }, 80_000);

  test("tells the oldest wait of what is due, and the throughput of five minutes", async () => {
    expect(await stats()).toMatchObject({ oldestQueuedSeconds: 0, throughputPerMinute: 0 });
    await make(1, "queued", { scheduledFor: ago(90) });
    await make(1, "queued", { scheduledFor: ago(30) });
    await make(4, "succeeded", { finishedAt: ago(240) });
    await make(2, "failed", { finishedAt: ago(10) });
    await make(5, "succeeded", { finishedAt: ago(330) });
    const { oldestQueuedSeconds, throughputPerMinute } = await stats();
    expect(Math.round(oldestQueuedSeconds / 10)).toBe(9);
    expect(throughputPerMinute).toBe(6 / 5);
  });

  test("lists each limit with its use, its capacity and who waits for it", async () => {
    const narrow = (await makeModel({ maxConcurrency: 3 })).id;
    const idle = (await makeModel({ maxConcurrency: 1 })).id;
    await make(3, "processing", { modelId: narrow });
    await make(5, "queued", { modelId: narrow });
    await make(1, "queued", { modelId: narrow, scheduledFor: tomorrow() });
    await make(2, "processing", { ownerId: "alice" });
    await make(4, "queued", { ownerId: "alice" });
    await make(1, "queued", { ownerId: "bob" });
    await make(1, "processing", { ownerId: "carol" });
    expect((await stats()).limits).toEqual([
      { key: "global", inUse: 6, capacity: 10, waiting: 0 },
      { key: "owner:alice", inUse: 2, capacity: 2, waiting: 4 },
      { key: "owner:bob", inUse: 0, capacity: 2, waiting: 0 },
      { key: "owner:carol", inUse: 1, capacity: 2, waiting: 0 },
      { key: `model:${narrow}`, inUse: 3, capacity: 3, waiting: 5 },
      { key: `model:${idle}`, inUse: 0, capacity: 1, waiting: 0 },
    ]);
    await make(4, "processing");
    // The first reason that holds counts: those of the narrow model still wait for it.
    const [global, alice] = (await stats()).limits;
    expect(global).toEqual({ key: "global", inUse: 10, capacity: 10, waiting: 1 });
    expect(alice).toMatchObject({ waiting: 4 });
  });

  test("lists what is paused", async () => {
    await insertPause({ modelId });
    expect((await stats()).paused).toEqual([
      { modelId, reason: "manual", since: expect.any(String), nextProbeAt: null },
    ]);
  });

  test("takes no query, and no stranger", async () => {
    expectInvalid(await app.call("GET", "/api/jobs/queue/stats?x=1"), "x");
    expectError(await app.raw("/api/jobs/queue/stats"), "UnauthorizedError", 401);
  });
});

describe("health", () => {
  const health = async () => (await stats()).healthStatus;

  test("is stalled where a job waits for dispatch longer than 300 s", async () => {
    await make(1, "queued", { scheduledFor: ago(290) });
    expect(await health()).toBe("healthy");
    await make(1, "queued", { scheduledFor: ago(310) });
    expect(await health()).toBe("stalled");
  });

  test("is not stalled by what waits for something else, or later, or for its turn", async () => {
    await make(1, "queued", { scheduledFor: ago(400), ownerId: "alice" });
    await make(2, "processing", { ownerId: "alice", startedAt: ago(301) });
    await make(1, "queued", { scheduledFor: tomorrow(), createdAt: ago(9_000) });
    expect(await health()).toBe("healthy");
    await make(1, "queued", { scheduledFor: ago(400) });
    expect(await health()).toBe("stalled");
    await make(1, "processing", { startedAt: ago(5) });
    expect(await health()).toBe("healthy");
    await insertPause({});
    await execute(sql`delete from prompt_jobs where status = 'processing'`);
    expect(await health()).toBe("healthy");
  });

  test("is not stalled while calls end, and is where the last one ended a while ago", async () => {
    await make(1, "queued", { scheduledFor: ago(400) });
    await make(1, "succeeded", { finishedAt: ago(10) });
    // What was never called ends no call. In the future, for this process may be slow.
    await make(1, "skipped", { finishedAt: ago(-60) });
    await make(1, "cancelled", { finishedAt: ago(-60) });
    expect(await health()).toBe("stalled");
    await make(1, "succeeded", { finishedAt: ago(-60) });
    expect(await health()).toBe("healthy");
  });

  test("is degraded by an open circuit, not by a pause by hand", async () => {
    await insertPause({ provider: "openai" });
    expect(await health()).toBe("healthy");
    await execute(sql`insert into pauses (provider, manual, reason, next_probe_at)
      values ('openrouter', false, 'quota_exhausted', now())`);
    expect(await health()).toBe("degraded");
    await make(1, "queued", { scheduledFor: ago(310) });
    expect(await health()).toBe("stalled");
  });

  test("is degraded where over 20 % of the last hour failed", async () => {
    await make(8, "succeeded", { finishedAt: ago(60) });
    await make(9, "failed", { finishedAt: ago(3_660) });
    await make(2, "failed", { finishedAt: ago(3_500) });
    expect(await health()).toBe("healthy");
    await make(1, "failed", { finishedAt: ago(60) });
    expect(await health()).toBe("degraded");
  });
});
