import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { execute } from "@/db/client";
import { startApp, type TestApp } from "../app";
import { makeModel, makePrompt } from "../factories";
import { startTcpProxy, type TcpProxy } from "../faults/tcp-proxy";
import { ownDatabase } from "../own-database";
import { hasRedisServer, NEEDS_REDIS, RedisServer } from "../redis-server";
import { untilIdle } from "./job-rows";
import { hushSweeps, QUIET } from "./refusals";

const READS = 2_000;
const AT_ONCE = 10;
const JOBS = 50;
const MOST_TRIES = 5;

describe.skipIf(!hasRedisServer)(`status with Redis, over HTTP ${NEEDS_REDIS}`, () => {
  const database = ownDatabase();
  let redis: RedisServer;
  let proxy: TcpProxy;
  let app: TestApp;
  let ids: number[];
  let statements = 0;

  beforeAll(async () => {
    await hushSweeps();
    const model = await makeModel();
    await makePrompt([model.id], { slug: "asked", runs: JOBS });
    redis = await RedisServer.start();
    proxy = await startTcpProxy(database.url);
    proxy.onStatement = () => {
      statements += 1;
    };
    const env = { ...QUIET, DATABASE_PREPARE: "false", REDIS_URL: redis.url };
    app = await startApp(proxy.url, env);
    await app.call("POST", "/api/prompts/asked/runs");
    await untilIdle();
    const rows = await execute<{ id: number }>(sql`select id from prompt_jobs order by id`);
    ids = rows.map(({ id }) => id);
  });
  afterAll(async () => {
    await app?.stop();
    await proxy?.close();
    await redis?.kill();
  });

  const read = async (id: number) => {
    const { status, text } = await app.call("GET", `/api/jobs/status/${id}`);
    return { status, text };
  };
  const liveStore = async () =>
    (await app.call("GET", "/api/jobs/queue/stats")).body.liveStore as string;

  /** What `count` reads of all jobs in turn answer, by job, each the same every time. */
  async function readAll(count: number, meanwhile?: (n: number) => Promise<void>) {
    const answers = new Map<number, string>();
    let n = 0;
    const reader = async () => {
      while (n < count) {
        const id = ids[n++ % ids.length] ?? 0;
        await meanwhile?.(n);
        const { status, text } = await read(id);
        expect({ id, status, text }).toEqual({ id, status: 200, text: answers.get(id) ?? text });
        answers.set(id, text);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, reader));
    return answers;
  }

  /**
   * The same, and how often Postgres was touched, in the first of some tries without, or the last: Redis
   * answers late at times on a busy machine, and then Postgres is asked.
   */
  async function readAllFromRedis(count: number) {
    for (let tries = 1; ; tries++) {
      await vi.waitFor(async () => expect(await liveStore()).toBe("redis"), 10_000);
      statements = 0;
      const answers = await readAll(count);
      if (statements === 0 || tries === MOST_TRIES) return { answers, statements };
    }
  }

  test("2,000 reads of final jobs touch Postgres 0 times, and answer the same with Redis killed half-way", async () => {
    const fromRedis = await readAllFromRedis(READS);
    expect(fromRedis).toMatchObject({ answers: { size: JOBS }, statements: 0 });
    const expected = [...fromRedis.answers].sort();

    statements = 0;
    const killed = await readAll(READS, async (at) => {
      if (at === READS / 2) await redis.kill();
    });
    expect([...killed].sort()).toEqual(expected);
    expect(statements).toBeGreaterThan(READS / 4);
    expect(await liveStore()).toBe("postgres");

    await redis.start();
    expect([...(await readAll(JOBS))].sort()).toEqual(expected);
    const mended = await readAllFromRedis(JOBS);
    expect([...mended.answers].sort()).toEqual(expected);
    expect(mended.statements).toBe(0);
    expect(app.output.join()).toContain("Redis does not serve");
  }, 240_000);

  test("a wrong password is an outage, and no log or reply holds it", async () => {
    const wrong = new URL(redis.url);
    wrong.password = "another-password-of-redis";
    const other = await startApp(database.url, { ...QUIET, REDIS_URL: wrong.href });
    const replies = [
      await other.call("GET", `/api/jobs/status/${ids[0]}`),
      await other.call("GET", "/api/jobs/queue/stats"),
    ];
    expect(replies.map(({ status }) => status)).toEqual([200, 200]);
    const told = () => other.output.join("\n") + replies.map(({ text }) => text).join("\n");
    await vi.waitFor(async () => {
      await other.call("GET", "/api/jobs/queue/stats");
      expect(told()).toContain("Redis does not serve");
    }, 10_000);
    expect(told()).not.toContain(wrong.password);
    await other.stop();
  });

  test("a batch goes on while Redis is killed and comes back in its midst", async () => {
    const run = (await app.call("POST", "/api/prompts/asked/runs", { force: true })).body;
    await vi.waitFor(async () => {
      const { body } = await app.call("GET", `/api/jobs/batches/${run.batchKey}`);
      expect(body.batch.summary.succeeded).toBeGreaterThan(0);
    });
    await redis.kill();
    await redis.start();
    await untilIdle();
    const { body } = await app.call("GET", `/api/jobs/batches/${run.batchKey}`);
    const { succeeded, failed } = body.batch.summary;
    expect(succeeded + failed).toBe(JOBS);
    await vi.waitFor(async () => expect(await liveStore()).toBe("redis"), 10_000);
    for (const { jobId } of run.jobs) {
      const [row] = await execute<{ status: string; version: number }>(
        sql`select status, version from prompt_jobs where id = ${jobId}`,
      );
      expect((await app.call("GET", `/api/jobs/status/${jobId}`)).body.job).toMatchObject({
        status: row?.status,
        version: row?.version,
      });
    }
  }, 60_000);
});
