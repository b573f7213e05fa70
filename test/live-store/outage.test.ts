import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { cancelJob as cancelNow } from "@/db/job-transitions/cancel";
import { environment } from "@/lib/env";
import { processJob } from "@/lib/jobs/process";
import { restartJob, restartJobs } from "@/lib/jobs/restart";
import { getJobStatus, setJobStatus } from "@/lib/live-store/job-status";
import { redisServes } from "@/lib/live-store/redis";
import { log } from "@/lib/log";
import { forgetJobs, lane } from "../claims";
import { readJob } from "../factories";
import { ownDatabase } from "../own-database";
import { hasRedisServer, NEEDS_REDIS, ownRedis } from "../redis-server";

ownDatabase();
const env = () => environment({ ...process.env, CRON_SECRET: "0123456789abcdef" });
const LIMITS = { maxJobs: 50, maxJobsPerOwner: 25 };

describe.skipIf(!hasRedisServer)(`Redis away ${NEEDS_REDIS}`, () => {
  const redis = ownRedis();
  const warned = vi.spyOn(log, "warn");
  const informed = vi.spyOn(log, "info");

  beforeEach(async () => {
    await forgetJobs();
    // Its first connection is up.
    await vi.waitFor(async () => expect(await redisServes()).toBe(true));
    warned.mockClear();
    informed.mockClear();
  });
  afterEach(() => redis.server.comeBack());

  const serves = () => vi.waitFor(async () => expect(await redisServes()).toBe(true), 10_000);
  const statusOf = async (jobId: number) => (await getJobStatus(jobId, LIMITS))?.job.status;
  const told = () => [...warned.mock.calls, ...informed.mock.calls].map(([, message]) => message);
  const WENT = "Redis does not serve: live status comes from Postgres meanwhile";
  const CAME = "Redis serves again";

  const AWAY: [string, { go(): Promise<void> | void; come(): Promise<void> | void }][] = [
    ["frozen", { go: () => redis.server.freeze(), come: () => redis.server.thaw() }],
    ["killed", { go: () => redis.server.kill(), come: () => redis.server.start() }],
  ];

  test.each(AWAY)(
    "%s: jobs run, reads are Postgres's, one line says so, and it heals",
    async (_, { go, come }) => {
      const { ids, first } = await lane(4);
      await cancelNow(first);
      await setJobStatus(first, LIMITS);
      await go();
      expect(await statusOf(first)).toBe("cancelled");
      const done = await Promise.all(ids.slice(1).map((id) => processJob(id, env())));
      // One in thirty simulated calls fails.
      for (const { outcome } of done) expect(outcome).toMatch(/^(succeeded|failed|retried)$/);
      for (const id of ids.slice(1)) expect(await statusOf(id)).toBe((await readJob(id)).status);
      expect(told()).toEqual([WENT]);
      await come();
      await serves();
      expect(told()).toEqual([WENT, CAME]);
      // Three claims and three outcomes, each dropped whole.
      expect(informed.mock.calls[0]?.[0]).toMatchObject({ droppedWrites: 6 });
      await setJobStatus(first, LIMITS);
      expect(await redis.client.hgetall(`job:${first}`)).toMatchObject({ status: "cancelled" });
    },
  );

  test.each<[string, (jobId: number) => Promise<unknown>]>([
    ["one job", (jobId) => restartJob(jobId, "all", env())],
    ["many", (jobId) => restartJobs({ jobIds: [jobId] }, "all", env())],
  ])(
    "a final state that a restart of %s ended meanwhile isn't believed when Redis is back",
    async (_, restart) => {
      const { first } = await lane(1);
      await cancelNow(first);
      await setJobStatus(first, LIMITS);
      redis.server.freeze();
      await restart(first);
      redis.server.thaw();
      await serves();
      expect(await statusOf(first)).toBe("queued");
    },
  );

  test("nobody waits for it: only the first calls take up to 100 ms", async () => {
    const { first } = await lane(1);
    await cancelNow(first);
    await setJobStatus(first, LIMITS);
    redis.server.freeze();
    const startedMs = performance.now();
    expect(await statusOf(first)).toBe("cancelled");
    for (let n = 0; n < 100; n++) expect(await statusOf(first)).toBe("cancelled");
    // 101 times 100 ms would be ten seconds.
    expect(performance.now() - startedMs).toBeLessThan(3_000);
  });

  test("a second outage is told too, if it lasts", async () => {
    const { closeRedis } = await import("@/lib/live-store/redis");
    for (const isSecond of [false, true]) {
      redis.server.freeze();
      expect(await redisServes()).toBe(false);
      if (isSecond) break;
      redis.server.thaw();
      await serves();
    }
    expect(told()).toEqual([WENT, CAME]);
    const { now } = performance;
    const later = vi
      .spyOn(performance, "now")
      .mockImplementation(() => now.call(performance) + 61_000);
    await redisServes();
    await vi.waitFor(() => expect(told()).toEqual([WENT, WENT, CAME]), 5_000);
    later.mockRestore();
    closeRedis();
  });

  test("a server that became a replica is left for the one that the address leads to", async () => {
    const { first } = await lane(1);
    await redis.client.call("REPLICAOF", "127.0.0.1", "1");
    await setJobStatus(first, LIMITS);
    const connections = async () =>
      String(await redis.client.client("LIST")).match(/ id=\d+|^id=\d+/gm);
    const before = await connections();
    await redisServes();
    await vi.waitFor(async () => expect(await connections()).not.toEqual(before), 5_000);
    await redis.client.call("REPLICAOF", "NO", "ONE");
    await serves();
    await setJobStatus(first, LIMITS);
    expect(await redis.client.hgetall(`job:${first}`)).toMatchObject({ status: "queued" });
  });

  test("refusing our password is an outage too", async () => {
    const { first } = await lane(1);
    const wrong = new URL(redis.server.url);
    wrong.password = "another-password";
    const { closeRedis } = await import("@/lib/live-store/redis");
    closeRedis();
    process.env.REDIS_URL = wrong.href;
    await processJob(first, env());
    expect(await redisServes()).toBe(false);
    expect(await statusOf(first)).toBe((await readJob(first)).status);
  });
});

test("without REDIS_URL there is no connection, and nothing is told", async () => {
  delete process.env.REDIS_URL;
  const warned = vi.spyOn(log, "warn");
  const { first } = await lane(1);
  await processJob(first, env());
  expect((await getJobStatus(first, LIMITS))?.job.status).toBe((await readJob(first)).status);
  expect(await redisServes()).toBe(false);
  expect(warned).not.toHaveBeenCalled();
});
