import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { cancelJob as cancelNow } from "@/db/job-transitions/cancel";
import { environment } from "@/lib/env";
import { cancelJob } from "@/lib/jobs/cancel";
import { watchJob } from "@/lib/jobs/watch";
import { claimed, forgetJobs, lane } from "../claims";
import { ownDatabase } from "../own-database";
import { hasRedisServer, NEEDS_REDIS, ownRedis } from "../redis-server";

const looks = vi.hoisted(() => ({ areLost: false }));
vi.mock("@/db/watch-queries", async (original) => {
  const queries = await original<typeof import("@/db/watch-queries")>();
  return {
    lookAtWatched: (...watched: Parameters<typeof queries.lookAtWatched>) =>
      looks.areLost
        ? Promise.reject(new Error("a look that a test has lost"))
        : queries.lookAtWatched(...watched),
  };
});

process.env.CRON_SECRET = "0123456789abcdef";
ownDatabase();

describe.skipIf(!hasRedisServer)(`what Redis announces ${NEEDS_REDIS}`, () => {
  const redis = ownRedis();
  beforeEach(async () => {
    await forgetJobs();
    looks.areLost = true;
  });

  const listeners = async (jobId: number) => {
    const [, count] = await redis.client.pubsub("NUMSUB", `job:${jobId}`);
    return count;
  };
  const heard = (jobId: number, count: number) =>
    vi.waitFor(async () => expect(await listeners(jobId)).toBe(count));

  const begun: ReturnType<typeof watchJob>[] = [];
  afterEach(async () => {
    for (const one of begun.splice(0)) await one.return();
  });

  /** Two watchers that know the present state. */
  async function watched() {
    const { first } = await lane(1);
    await claimed(first);
    const left = new AbortController();
    const states = [0, 1].map(() => watchJob(first, "all", environment(), left.signal));
    begun.push(...states);
    for (const one of states) await one.next();
    const next = states.map((one) => one.next());
    await heard(first, 1);
    return { first, left, states, next };
  }

  test("reaches its watchers without a look at Postgres, over one subscription", async () => {
    const { first, next } = await watched();
    await cancelJob(first, "all", environment());
    for (const one of await Promise.all(next)) {
      expect(one.value).toMatchObject({ version: 3, isFinal: true });
    }
  });

  test("is listened to as long as somebody watches", async () => {
    const { first, left, next, states } = await watched();
    left.abort();
    await Promise.all(next);
    for (const one of states) expect((await one.next()).done).toBe(true);
    await heard(first, 0);
    await vi.waitFor(async () => {
      const clients = String(await redis.client.client("LIST"));
      expect(clients).not.toMatch(/ sub=[1-9]/);
    });
  });

  test("may be lost: the next look tells", async () => {
    const { first, next } = await watched();
    await redis.server.kill();
    looks.areLost = false;
    await cancelNow(first);
    for (const one of await Promise.all(next)) expect(one.value?.version).toBe(3);
    await redis.server.start();
  });

  test("is heard again when Redis was away meanwhile", async () => {
    const { first, next } = await watched();
    await redis.server.kill();
    await redis.server.start();
    await vi.waitFor(async () => expect(await listeners(first)).toBe(1), 10_000);
    await redis.client.publish(`job:${first}`, "3");
    // No copy is there to read: nothing to tell.
    await cancelJob(first, "all", environment());
    for (const one of await Promise.all(next)) expect(one.value?.version).toBe(3);
  });
});
