import { setTimeout as pause } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { execute } from "@/db/client";
import { cancelJobs } from "@/db/job-transitions/cancel";
import { failJob } from "@/db/job-transitions/fail";
import { restartJob } from "@/db/job-transitions/restart";
import { retryJob } from "@/db/job-transitions/retry";
import { succeedJob } from "@/db/job-transitions/succeed";
import { environment } from "@/lib/env";
import { readBatch } from "@/lib/jobs/batches";
import { pruneOldJobs } from "@/lib/jobs/prune";
import { statusOfJob } from "@/lib/jobs/status";
import { watchJob } from "@/lib/jobs/watch";
import { ANSWER, claimed, ERROR, FACTS, lane, tryInVain } from "../claims";
import { ageJob, makeJob, readJob } from "../factories";
import { ownDatabase } from "../own-database";
import { looks } from "./looks";
import { nextOf, over, watch, watchKey } from "./watching";

vi.mock("@/db/client", async (importOriginal) => {
  const client = await importOriginal<typeof import("@/db/client")>();
  const { looks } = await import("./looks");
  return { ...client, execute: looks.around(client.execute) };
});

ownDatabase();
beforeAll(() => {
  vi.stubEnv("CRON_SECRET", "0123456789abcdef");
});

describe.concurrent("a job's states", () => {
  test("are those that it goes through, as its own status shows them, and end with the final one", async () => {
    const { first: id } = await lane(1);
    const states = watch(id);
    const expectNext = async (version: number, job: object, isFinal = false) => {
      const next = await nextOf(states);
      expect(next).toMatchObject({ version, isFinal, state: { job: { ...job, version } } });
      expect(next.state).toEqual(await statusOfJob(id, "all", environment()));
    };
    await expectNext(1, { status: "queued", progress: 0 });
    const first = await claimed(id);
    await expectNext(2, { status: "processing", progress: 0.5 });
    await retryJob(first, ERROR, FACTS, 60_000);
    await expectNext(3, { status: "queued", progress: 0, waitingFor: "backoff" });
    await ageJob(id, 120);
    const second = await claimed(id);
    await expectNext(4, { status: "processing", progress: 0.5 });
    await succeedJob(second, ANSWER, FACTS);
    await expectNext(5, { status: "succeeded", progress: 1 }, true);
    expect(await states.next()).toEqual(over);
  });

  test("of a final job are that one", async () => {
    const { first: id } = await lane(1);
    await failJob(await claimed(id), ERROR, FACTS);
    const states = watch(id);
    expect(await nextOf(states)).toMatchObject({ version: 3, isFinal: true });
    expect(await states.next()).toEqual(over);
  });

  test("that nobody has read when the next one comes are dropped, but for the last", async () => {
    const { first: id } = await lane(1);
    const states = watch(id);
    await nextOf(states);
    await tryInVain(id);
    expect(await nextOf(states)).toMatchObject({ version: 3 });
    for (const version of [5, 7]) {
      await tryInVain(id);
      await looks.untilLookedAt();
      expect(await readJob(id)).toMatchObject({ version });
    }
    await failJob(await claimed(id), ERROR, FACTS);
    await looks.untilLookedAt();
    expect(await nextOf(states)).toMatchObject({ version: 9, isFinal: true });
    expect(await states.next()).toEqual(over);
  });

  test("come in order, none twice and the last one to all, whenever they begin and however fast they read", async () => {
    const { first: id } = await lane(1);
    const watchers = [0, 0, 100, 250, 400, 550, 700, 850, 1_000].flatMap((beginMs) =>
      [0, 30, 700].map(async (pauseMs) => {
        await pause(beginMs);
        const versions: number[] = [];
        for await (const { version, isFinal, state } of watch(id)) {
          expect(state.job.version).toBe(version);
          expect(isFinal).toBe(state.job.status === "failed");
          versions.push(version);
          await pause(pauseMs);
        }
        return versions;
      }),
    );
    for (let times = 0; times < 30; times++) {
      await tryInVain(id);
      await pause(50);
    }
    await failJob(await claimed(id), ERROR, FACTS);
    for (const versions of await Promise.all(watchers)) {
      expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
      expect(versions.length).toBeGreaterThan(1);
      expect(versions.at(-1)).toBe(63);
    }
  });

  test("are not given again to one who began after another that doesn't know them yet", async () => {
    const { first: id } = await lane(1);
    const [early, late] = [watch(id), watch(id)];
    await nextOf(early);
    const toEarly = nextOf(early);
    await tryInVain(id);
    expect(await nextOf(late)).toMatchObject({ version: 3 });
    const toLate = nextOf(late);
    expect(await toEarly).toMatchObject({ version: 3 });
    await cancelJobs({ jobId: id });
    for (const next of [toLate, nextOf(early)]) {
      expect(await next).toMatchObject({ version: 4, isFinal: true });
    }
    expect(await Promise.all([early.next(), late.next()])).toEqual([over, over]);
  });

  test("go on where it was restarted between two looks", async () => {
    const { first: id } = await lane(1);
    const claim = await claimed(id);
    const states = watch(id);
    expect(await nextOf(states)).toMatchObject({ version: 2 });
    await failJob(claim, ERROR, FACTS);
    expect(await restartJob(id, 3)).toEqual({ outcome: "restarted" });
    expect(await nextOf(states)).toMatchObject({
      version: 4,
      isFinal: false,
      state: { job: { status: "queued", attemptCount: 0 }, attempts: [{ outcome: "failed" }] },
    });
    await cancelJobs({ jobId: id });
    expect(await nextOf(states)).toMatchObject({ version: 5, isFinal: true });
    expect(await states.next()).toEqual(over);
  });

  test("end when the signal fires: while one waits, before one waits, and before they began", async () => {
    const { first: id } = await lane(1);
    const [waiting, between] = [new AbortController(), new AbortController()];
    const states = watch(id, waiting.signal);
    await nextOf(states);
    const next = states.next();
    await looks.untilLookedAt();
    waiting.abort();
    expect(await next).toEqual(over);

    const others = watch(id, between.signal);
    await nextOf(others);
    between.abort();
    expect(await others.next()).toEqual(over);

    const late = watch(id, AbortSignal.abort());
    expect(await nextOf(late)).toMatchObject({ version: 1 });
    expect(await late.next()).toEqual(over);
  });

  test("end where it is deleted while it is watched, or before its first look", async () => {
    const [waiting, between] = [await lane(1), await lane(1)];
    const states = watch(waiting.first);
    const others = watch(between.first);
    await Promise.all([nextOf(states), nextOf(others)]);
    const next = states.next();
    await looks.untilLookedAt();
    await execute(sql`delete from prompt_jobs where id in (${waiting.first}, ${between.first})`);
    expect(await Promise.all([next, others.next()])).toEqual([over, over]);
  });

  test("of one that there isn't, or that is somebody else's, are the same error", async () => {
    const own = await lane(1, {}, "alice");
    const unowned = await lane(1);
    const see = (jobId: number, ownerId: string) =>
      nextOf(watchJob(jobId, { ownerId }, environment(), new AbortController().signal));
    expect(await see(own.first, "alice")).toMatchObject({ state: { job: { ownerId: "alice" } } });
    const notFound = (jobId: number) => ({
      error: "JobNotFoundError",
      message: `Job ${jobId} not found`,
      details: { jobId },
    });
    await expect(see(999_999, "alice")).rejects.toMatchObject(notFound(999_999));
    for (const id of [own.first, unowned.first]) {
      await expect(see(id, "bob")).rejects.toMatchObject(notFound(id));
    }
  });
});

describe.concurrent("a batch's states", () => {
  const keyOf = async (jobId: number) => (await readJob(jobId)).batchKey;

  test("count its jobs until all are final; their versions add up to its own", async () => {
    const { ids, promptId, modelId, first } = await lane(3);
    const batchKey = await keyOf(first);
    const states = watchKey(batchKey);
    const expectNext = async (progress: number, summary: object, isFinal = false) => {
      const next = await nextOf(states);
      expect(next).toMatchObject({ isFinal, state: { batchKey, progress, summary } });
      const [row] = await execute<{ sum: number }>(
        sql`select sum(version) from prompt_jobs where batch_key = ${batchKey}`,
      );
      expect(next.version).toBe(row?.sum);
      expect(next).toEqual(await readBatch(batchKey, "all", environment()));
    };
    await expectNext(0, { total: 3, queued: 3 });
    const claims = await Promise.all(ids.map(claimed));
    await expectNext(0, { total: 3, processing: 3 });
    const [one = claims[0], ...others] = claims;
    if (one) await succeedJob(one, ANSWER, FACTS);
    await expectNext(1 / 3, { total: 3, processing: 2, succeeded: 1 });
    const late = await makeJob({ promptId, modelId, batchKey, runIndex: 3 });
    await expectNext(1 / 4, { total: 4, processing: 2, succeeded: 1, queued: 1 });
    await cancelJobs({ jobIds: [late.id] });
    await expectNext(2 / 4, { total: 4, processing: 2, succeeded: 1, cancelled: 1 });
    await Promise.all(others.map((claim) => failJob(claim, ERROR, FACTS)));
    await expectNext(1, { total: 4, failed: 2, succeeded: 1, cancelled: 1 }, true);
    expect(await states.next()).toEqual(over);
  });

  test("end when the signal fires, and where its jobs are deleted", async () => {
    const { first } = await lane(2);
    const batchKey = await keyOf(first);
    const left = new AbortController();
    const [leaving, staying] = [watchKey(batchKey, left.signal), watchKey(batchKey)];
    await Promise.all([nextOf(leaving), nextOf(staying)]);
    const [next, end] = [leaving.next(), staying.next()];
    await looks.untilLookedAt();
    left.abort();
    expect(await next).toEqual(over);
    await execute(sql`delete from prompt_jobs where batch_key = ${batchKey}`);
    expect(await end).toEqual(over);
  });

  test("end with its last job where others of its jobs were pruned meanwhile", async () => {
    const { ids, first } = await lane(2);
    const batchKey = await keyOf(first);
    const [old = 0, last = 0] = ids;
    await failJob(await claimed(old), ERROR, FACTS);
    const states = watchKey(batchKey, AbortSignal.timeout(4_000));
    expect(await nextOf(states)).toMatchObject({ version: 4 });
    await ageJob(old, 91 * 86_400);
    await pruneOldJobs(90);
    await failJob(await claimed(last), ERROR, FACTS);
    expect(await nextOf(states)).toMatchObject({ isFinal: true });
    expect(await states.next()).toEqual(over);
  });

  test("of a key that none has are an error", async () => {
    await expect(nextOf(watchKey("2025%"))).rejects.toMatchObject({
      error: "BatchNotFoundError",
      details: { batchKey: "2025%" },
    });
  });
});
