import { sql } from "drizzle-orm";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { execute } from "@/db/client";
import { cancelJob as cancelNow } from "@/db/job-transitions/cancel";
import { restartJob as restartNow } from "@/db/job-transitions/restart";
import { reparseAnswers } from "@/lib/answers/reparse";
import { cancelJob, cancelJobs } from "@/lib/jobs/cancel";
import { enqueueDue } from "@/lib/jobs/enqueue";
import { processJob } from "@/lib/jobs/process";
import { pruneOldJobs } from "@/lib/jobs/prune";
import { rescueLostJobs } from "@/lib/jobs/rescue";
import { restartJob, restartJobs } from "@/lib/jobs/restart";
import { sweep } from "@/lib/jobs/sweep";
import { getJobStatus, setJobStatus } from "@/lib/live-store/job-status";
import { deletePrompt } from "@/lib/prompts/prompts";
import { claimed, forgetJobs, lane, loseLease } from "../claims";
import { ageJob, makePrompt } from "../factories";
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
beforeEach(async () => {
  await forgetJobs();
  statements.afterRead = null;
  statements.losesReplyTo = null;
});

const DAY = 86_400;

describe.skipIf(!hasRedisServer)(`writes of the live store ${NEEDS_REDIS}`, () => {
  const redis = ownRedis();
  const hash = (jobId: number) => redis.client.hgetall(`job:${jobId}`);
  const keyExists = async (jobId: number) => (await redis.client.exists(`job:${jobId}`)) === 1;

  /** Versions in the order in which they are announced. */
  async function announced(jobId: number) {
    const versions: number[] = [];
    const listener = redis.client.duplicate();
    await listener.subscribe(`job:${jobId}`);
    listener.on("message", (_, version: string) => versions.push(Number(version)));
    return { versions, stop: () => listener.disconnect() };
  }

  test("an answer that is read again takes its job's copy away", async () => {
    const { first } = await answeredJob(redis.client);
    expect(await keyExists(first)).toBe(true);
    await reparseAnswers({ all: true, after: 0 });
    expect(await keyExists(first)).toBe(false);
  });

  describe("what is written", () => {
    test("is all there is of a job, for a person to read, for a day", async () => {
      const { first, modelId, promptId } = await answeredJob(redis.client);
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
      await answeredJob(redis.client, async (jobId) => {
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
      statements.afterRead = () => {
        statements.afterRead = null;
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
      statements.losesReplyTo = statement;
      await expect(restart(first)).rejects.toThrow("ECONNRESET");
      expect((await getJobStatus(first, LIMITS))?.job.status).toBe("queued");
    });
  });
});
