import { sql } from "drizzle-orm";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { execute } from "@/db/client";
import { cancelJob as cancelNow } from "@/db/job-transitions/cancel";
import { cancelJob } from "@/lib/jobs/cancel";
import { statusOfJob } from "@/lib/jobs/status";
import { getJobStatus, setJobStatus } from "@/lib/live-store/job-status";
import { redisServes } from "@/lib/live-store/redis";
import { claimed, forgetJobs, lane } from "../claims";
import { ownDatabase } from "../own-database";
import { hasRedisServer, NEEDS_REDIS, ownRedis } from "../redis-server";
import { answeredJob, env, LIMITS } from "./answered-job";
import { statements } from "./statements";

vi.mock("@/db/client", async (original) => {
  const client = await original<typeof import("@/db/client")>();
  const { statements } = await import("./statements");
  return { ...client, execute: statements.around(client.execute) };
});

ownDatabase();
beforeEach(forgetJobs);

describe.skipIf(!hasRedisServer)(`reads of the live store ${NEEDS_REDIS}`, () => {
  const redis = ownRedis();
  const hash = (jobId: number) => redis.client.hgetall(`job:${jobId}`);

  /** A reader doesn't wait until what it found is written. */
  const mended = (jobId: number, fields: object) =>
    vi.waitFor(async () => expect(await hash(jobId)).toMatchObject(fields));

  test("somebody else's key of that name is left alone, and Redis serves on", async () => {
    const { first } = await lane(1);
    await cancelNow(first);
    await redis.client.set(`job:${first}`, "theirs");
    expect((await getJobStatus(first, LIMITS))?.job.status).toBe("cancelled");
    expect(await redisServes()).toBe(true);
    expect(await redis.client.get(`job:${first}`)).toBe("theirs");
  });

  describe("what is believed", () => {
    test("a final job, however old its copy is: Postgres isn't asked", async () => {
      const { first } = await lane(1);
      await cancelJob(first, "all", env());
      const before = await getJobStatus(first, LIMITS);
      await redis.client.hset(`job:${first}`, "writtenAt", "2001-01-01T00:00:00.000Z");
      let state: unknown;
      const asked = await statements.sentBy(async () => {
        state = await getJobStatus(first, LIMITS);
      });
      expect({ asked, state }).toEqual({ asked: 0, state: before });
    });

    test("is the same from either store, to the letter", async () => {
      const { first } = await answeredJob(redis.client);
      const fromRedis = await getJobStatus(first, LIMITS);
      await redis.client.flushall();
      expect(JSON.stringify(await getJobStatus(first, LIMITS))).toBe(JSON.stringify(fromRedis));
    });

    test("a running job for 30 s: then Postgres answers, and mends it", async () => {
      const { first } = await lane(1);
      await claimed(first);
      await setJobStatus(first, LIMITS);
      expect(await statements.sentBy(() => getJobStatus(first, LIMITS))).toBe(0);
      // Its worker died between the commit and the write.
      await cancelNow(first);
      expect((await getJobStatus(first, LIMITS))?.job.status).toBe("processing");
      const old = new Date(Date.now() - 30_001).toISOString();
      await redis.client.hset(`job:${first}`, "writtenAt", old);
      expect((await getJobStatus(first, LIMITS))?.job.status).toBe("cancelled");
      await mended(first, { status: "cancelled", version: "3" });
    });

    test("no copy from the future: nobody knows how old it is", async () => {
      const { first } = await lane(1);
      await claimed(first);
      await setJobStatus(first, LIMITS);
      await cancelNow(first);
      const ahead = new Date(Date.now() + 600_000).toISOString();
      await redis.client.hset(`job:${first}`, "writtenAt", ahead);
      expect((await getJobStatus(first, LIMITS))?.job.status).toBe("cancelled");
    });

    test("no copy that is older than what the reader has seen", async () => {
      const { first } = await lane(1);
      await claimed(first);
      await setJobStatus(first, LIMITS);
      await cancelNow(first);
      expect((await getJobStatus(first, LIMITS, 3))?.job.version).toBe(3);
    });

    test("a queued job never: what it waits for may change with no write", async () => {
      const { first } = await lane(1);
      await setJobStatus(first, LIMITS);
      expect((await getJobStatus(first, LIMITS))?.job.waitingFor).toBe("dispatch");
      await execute(sql`insert into pauses (manual, reason) values (true, 'manual')`);
      expect((await getJobStatus(first, LIMITS))?.job.waitingFor).toBe("paused");
    });

    test.each<[string, (key: string) => Promise<unknown>]>([
      ["whose key is missing", (key) => redis.client.del(key)],
      ["that lacks a field", (key) => redis.client.hdel(key, "attempts")],
      ["with a number that is none", (key) => redis.client.hset(key, "version", "x")],
      ["with a state that is none", (key) => redis.client.hset(key, "status", "done")],
      ["with JSON that is none", (key) => redis.client.hset(key, "result", "{")],
    ])("no copy %s: Postgres answers, and mends it", async (_, spoil) => {
      const { first } = await lane(1);
      await cancelJob(first, "all", env());
      await spoil(`job:${first}`);
      expect((await getJobStatus(first, LIMITS))?.job.status).toBe("cancelled");
      await mended(first, { status: "cancelled", version: "2" });
      expect(await statements.sentBy(() => getJobStatus(first, LIMITS))).toBe(0);
    });

    test("no version that no job has: it would be newer than whatever comes", async () => {
      const { first } = await lane(1);
      await cancelJob(first, "all", env());
      await redis.client.hset(`job:${first}`, "version", "99999999999");
      expect((await getJobStatus(first, LIMITS))?.job.version).toBe(2);
    });

    test("nothing of a job that doesn't exist, and nothing is kept of it", async () => {
      expect(await getJobStatus(999_999, LIMITS)).toBeNull();
      await vi.waitFor(async () => expect(await redis.client.keys("*")).toEqual([]));
    });
  });

  describe("whose a job is", () => {
    const see = (jobId: number, ownerId: string) => statusOfJob(jobId, { ownerId }, env());

    test.each(["redis", "postgres"])("is checked on what came from %s", async (store) => {
      const { first } = await lane(1, {}, "ada");
      await cancelJob(first, "all", env());
      if (store === "postgres") await redis.client.flushall();
      const fromPostgres = store === "postgres" ? 1 : 0;
      expect(await statements.sentBy(() => see(first, "ada"))).toBe(fromPostgres);
      if (store === "postgres") await redis.client.flushall();
      const refused = { error: "JobNotFoundError", message: `Job ${first} not found` };
      await expect(see(first, "bob")).rejects.toMatchObject(refused);
      expect((await statusOfJob(first, "all", env())).job.ownerId).toBe("ada");
    });

    test("a job without owner is nobody's but the operator's", async () => {
      const { first } = await lane(1);
      await cancelJob(first, "all", env());
      await expect(see(first, "")).rejects.toMatchObject({ error: "JobNotFoundError" });
      expect((await statusOfJob(first, "all", env())).job.ownerId).toBeNull();
    });
  });
});
