import { sql } from "drizzle-orm";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { execute } from "@/db/client";
import { cancelJob as cancelNow } from "@/db/job-transitions/cancel";
import { restartJob as restartNow } from "@/db/job-transitions/restart";
import { environment } from "@/lib/env";
import { cancelJob, cancelJobs } from "@/lib/jobs/cancel";
import { enqueueDue } from "@/lib/jobs/enqueue";
import { processJob } from "@/lib/jobs/process";
import { pruneOldJobs } from "@/lib/jobs/prune";
import { rescueLostJobs } from "@/lib/jobs/rescue";
import { restartJob, restartJobs } from "@/lib/jobs/restart";
import { statusOfJob } from "@/lib/jobs/status";
import { sweep } from "@/lib/jobs/sweep";
import { getJobStatus, setJobStatus } from "@/lib/live-store/job-status";
import { redisServes } from "@/lib/live-store/redis";
import { deletePrompt } from "@/lib/prompts/prompts";
import { claimed, forgetJobs, lane, loseLease } from "../claims";
import { ageJob, makePrompt } from "../factories";
import { ownDatabase } from "../own-database";
import { hasRedisServer, NEEDS_REDIS, ownRedis } from "../redis-server";

const statements: string[] = [];
const held = vi.hoisted(() => ({ after: null as null | (() => Promise<void>) }));
const lost = vi.hoisted(() => ({ replyTo: null as null | string }));
vi.mock("@/db/client", async (original) => {
  const client = await original<typeof import("@/db/client")>();
  const { PgDialect } = await import("drizzle-orm/pg-core");
  const dialect = new PgDialect({ casing: "snake_case" });
  return {
    ...client,
    execute: async (statement: Parameters<typeof client.execute>[0]) => {
      const { sql: text } = dialect.sqlToQuery(statement);
      statements.push(text);
      const rows = await client.execute(statement);
      if (text.includes("to_jsonb(prompt_jobs) as job")) await held.after?.();
      if (lost.replyTo && text.includes(lost.replyTo)) {
        lost.replyTo = null;
        throw Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
      }
      return rows;
    },
  };
});

ownDatabase();
beforeEach(async () => {
  await forgetJobs();
  held.after = null;
  lost.replyTo = null;
});

const env = () => environment({ ...process.env, CRON_SECRET: "0123456789abcdef" });
const LIMITS = { maxJobs: 50, maxJobsPerOwner: 25 };
const DAY = 86_400;

describe.skipIf(!hasRedisServer)(`the live store ${NEEDS_REDIS}`, () => {
  const redis = ownRedis();
  const hash = (jobId: number) => redis.client.hgetall(`job:${jobId}`);
  const keyExists = async (jobId: number) => (await redis.client.exists(`job:${jobId}`)) === 1;

  /** A reader doesn't wait until what it found is written. */
  const mended = (jobId: number, fields: object) =>
    vi.waitFor(async () => expect(await hash(jobId)).toMatchObject(fields));

  /** A job that a model answered: one in thirty simulated calls fails. */
  async function answered(before: (jobId: number) => Promise<void> = async () => undefined) {
    for (;;) {
      const made = await lane(1);
      await before(made.first);
      if ((await processJob(made.first, env())).outcome === "succeeded") return made;
      await redis.client.flushall();
    }
  }

  /** Versions in the order in which they are announced. */
  async function announced(jobId: number) {
    const versions: number[] = [];
    const listener = redis.client.duplicate();
    await listener.subscribe(`job:${jobId}`);
    listener.on("message", (_, version: string) => versions.push(Number(version)));
    return { versions, stop: () => listener.disconnect() };
  }

  /** How many statements on jobs the call sends. */
  async function statementsOf(call: () => Promise<unknown>): Promise<number> {
    statements.length = 0;
    await call();
    return statements.length;
  }

  describe("what is written", () => {
    test("is all there is of a job, for a person to read, for a day", async () => {
      const { first, modelId, promptId } = await answered();
      const fields = await hash(first);
      expect(fields).toMatchObject({
        jobId: `${first}`,
        promptId: `${promptId}`,
        modelId: `${modelId}`,
        status: "succeeded",
        progress: "1",
        version: "3",
        ownerId: "",
        errorCode: "",
        finishedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      });
      expect(JSON.parse(fields.attempts ?? "")).toMatchObject([{ outcome: "succeeded" }]);
      expect(JSON.parse(fields.result ?? "")).toMatchObject({
        answer: expect.stringContaining("Simulated answer"),
        entities: expect.arrayContaining([
          { rank: 1, name: expect.any(String), id: expect.any(Number) },
        ]),
      });
      expect(await redis.client.keys("*")).toEqual([`job:${first}`]);
      const ttl = await redis.client.ttl(`job:${first}`);
      expect(ttl).toBeGreaterThan(DAY - 60);
      expect(ttl).toBeLessThanOrEqual(DAY);
    });

    test("comes with the claim and with each transition after it, announced in order", async () => {
      const heard: Awaited<ReturnType<typeof announced>>[] = [];
      await answered(async (jobId) => {
        heard.push(await announced(jobId));
      });
      await vi.waitFor(() => expect(heard.at(-1)?.versions).toEqual([2, 3]));
      for (const { stop } of heard) stop();
    });

    test("tells of a cancel and a restart by hand", async () => {
      const { first } = await lane(1);
      await cancelJob(first, "all", env());
      expect(await hash(first)).toMatchObject({ status: "cancelled", errorCode: "cancelled" });
      await restartJob(first, "all", env());
      expect(await hash(first)).toMatchObject({ status: "queued", errorCode: "" });
    });

    test("tells of a job that its claim skips", async () => {
      const { first } = await lane(1);
      await execute(sql`update models set active = false`);
      await processJob(first, env());
      expect(await hash(first)).toMatchObject({ status: "skipped", errorCode: "model_inactive" });
    });

    test("lives for another day with each write", async () => {
      const { first } = await lane(1);
      await setJobStatus(first, LIMITS);
      await redis.client.expire(`job:${first}`, 100);
      await setJobStatus(first, LIMITS);
      expect(await redis.client.ttl(`job:${first}`)).toBeGreaterThan(DAY - 60);
    });
  });

  describe("a change of many deletes the keys", () => {
    async function written(count = 3) {
      const made = await lane(count);
      for (const id of made.ids) await setJobStatus(id, LIMITS);
      expect(await redis.client.dbsize()).toBe(count);
      return made;
    }

    test.each<[string, (of: Awaited<ReturnType<typeof lane>>) => Promise<unknown>]>([
      ["a cancel", ({ modelId }) => cancelJobs({ modelId }, "all")],
      [
        "a restart",
        async ({ ids }) => {
          for (const id of ids) await cancelNow(id);
          return restartJobs({ jobIds: ids }, "all", env());
        },
      ],
      ["a deletion of the prompt", ({ promptId }) => deletePrompt(promptId, { kind: "operator" })],
      [
        "a rescue",
        async ({ ids }) => {
          for (const id of ids) await claimed(id);
          await loseLease(ids);
          return rescueLostJobs();
        },
      ],
      [
        "a prune",
        async ({ ids }) => {
          for (const id of ids) {
            await cancelNow(id);
            await ageJob(id, 100 * DAY);
          }
          return pruneOldJobs(90);
        },
      ],
      [
        "a sweep that skips what is switched off",
        async ({ modelId }) => {
          await execute(sql`update models set active = false where id = ${modelId}`);
          return sweep(env());
        },
      ],
    ])("%s", async (_, change) => {
      const made = await written();
      await change(made);
      expect(await redis.client.keys("*")).toEqual([]);
    });

    test("a newer window that takes the place of older jobs", async () => {
      const { modelId } = await lane(1);
      const { id: promptId } = await makePrompt([modelId]);
      const [old] = await execute<{ id: number }>(sql`
        insert into prompt_jobs (prompt_id, model_id, run_index, batch_key, scheduled)
        values (${promptId}, ${modelId}, 0, '2001-01-01', true) returning id`);
      const jobId = old?.id ?? 0;
      await setJobStatus(jobId, LIMITS);
      await enqueueDue(env());
      expect(await keyExists(jobId)).toBe(false);
      expect((await getJobStatus(jobId, LIMITS))?.job.errorCode).toBe("superseded");
    });
  });

  describe("never older over newer", () => {
    test("of 40 writes at once during transitions the newest stays, and none is announced after a newer one", async () => {
      const { first } = await lane(1);
      const { versions, stop } = await announced(first);
      const writes: Promise<void>[] = [];
      for (let round = 0; round < 10; round++) {
        await cancelNow(first);
        writes.push(setJobStatus(first, LIMITS), setJobStatus(first, LIMITS));
        await restartNow(first, 3);
        writes.push(setJobStatus(first, LIMITS), setJobStatus(first, LIMITS));
      }
      await Promise.all(writes);
      expect(await hash(first)).toMatchObject({ version: "21", status: "queued" });
      await vi.waitFor(() => expect(versions.at(-1)).toBe(21));
      expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b));
      stop();
    });

    test("the guard of the version: an older state doesn't replace a newer one", async () => {
      const { first } = await lane(1);
      await setJobStatus(first, LIMITS);
      await redis.client.hset(`job:${first}`, "version", "99", "status", "failed");
      await setJobStatus(first, LIMITS);
      expect(await hash(first)).toMatchObject({ version: "99", status: "failed" });
    });

    test("but over a job of the same id in a database that was there before", async () => {
      const { first } = await lane(1);
      await setJobStatus(first, LIMITS);
      const createdAt = "2001-01-01T00:00:00.000Z";
      await redis.client.hset(`job:${first}`, { version: 99, status: "failed", createdAt });
      await setJobStatus(first, LIMITS);
      expect(await hash(first)).toMatchObject({ version: "1", status: "queued" });
    });

    test("the guard of the note: what was read before a change of many is not written after it", async () => {
      const { first } = await lane(1);
      await cancelNow(first);
      const [isRead, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      held.after = () => {
        held.after = null;
        isRead.resolve();
        return goOn.promise;
      };
      const reading = getJobStatus(first, LIMITS);
      await isRead.promise;
      await restartJobs({ jobIds: [first] }, "all", env());
      goOn.resolve();
      expect((await reading)?.job.status).toBe("cancelled");
      // A cancelled job would be believed for as long as its key lives.
      expect((await getJobStatus(first, LIMITS))?.job.status).toBe("queued");
    });
  });

  describe("a final state that a restart ended, whose reply was lost, isn't believed", () => {
    test.each<[string, string, (jobId: number) => Promise<unknown>]>([
      ["of one job", "twin as", (jobId) => restartJob(jobId, "all", env())],
      ["of many", "chosen as", () => restartJobs({ status: "cancelled" }, "all", env())],
    ])("%s", async (_, statement, restart) => {
      const { first } = await lane(1);
      await cancelJob(first, "all", env());
      lost.replyTo = statement;
      await expect(restart(first)).rejects.toThrow("ECONNRESET");
      expect((await getJobStatus(first, LIMITS))?.job.status).toBe("queued");
    });
  });

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
      const asked = await statementsOf(async () => {
        state = await getJobStatus(first, LIMITS);
      });
      expect({ asked, state }).toEqual({ asked: 0, state: before });
    });

    test("is the same from either store, to the letter", async () => {
      const { first } = await answered();
      const fromRedis = await getJobStatus(first, LIMITS);
      await redis.client.flushall();
      expect(JSON.stringify(await getJobStatus(first, LIMITS))).toBe(JSON.stringify(fromRedis));
    });

    test("a running job for 30 s: then Postgres answers, and mends it", async () => {
      const { first } = await lane(1);
      await claimed(first);
      await setJobStatus(first, LIMITS);
      expect(await statementsOf(() => getJobStatus(first, LIMITS))).toBe(0);
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
      expect(await statementsOf(() => getJobStatus(first, LIMITS))).toBe(0);
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
      expect(await statementsOf(() => see(first, "ada"))).toBe(fromPostgres);
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
