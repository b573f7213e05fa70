import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { cancelJobs } from "@/db/job-transitions/cancel";
import { failJob } from "@/db/job-transitions/fail";
import { restartJobs } from "@/db/job-transitions/restart";
import { succeedJob } from "@/db/job-transitions/succeed";
import { OPERATOR_SECRET, startApp, type TestApp } from "../app";
import { ANSWER, claimed, ERROR, FACTS, lane } from "../claims";
import { makeJob, readJob } from "../factories";
import { startTcpProxy, type TcpProxy } from "../faults/tcp-proxy";
import { ownDatabase } from "../own-database";
import { openEvents } from "./events";
import { jobIn } from "./job-rows";
import { countLooks, type Looks } from "./looks";
import { expectError, expectInvalid, head, hushSweeps, QUIET } from "./refusals";

const database = ownDatabase();
let proxy: TcpProxy;
let looks: Looks;
let app: TestApp;

beforeAll(async () => {
  await hushSweeps();
  proxy = await startTcpProxy(database.url);
  looks = countLooks(proxy);
  app = await startApp(proxy.url, { ...QUIET, DATABASE_PREPARE: "false" });
});
afterAll(async () => {
  await app?.stop();
  await proxy?.close();
});

const path = (batchKey: string) => `/api/jobs/batches/${encodeURIComponent(batchKey)}`;
const open = (batchKey: string, lastEventId?: string) =>
  openEvents(app, `${path(batchKey)}/stream`, lastEventId === undefined ? {} : { lastEventId });
const batchNow = async (batchKey: string) => (await app.call("GET", path(batchKey))).body.batch;

/** A batch of so many queued jobs, each in its first version. */
async function batchOf(count: number) {
  const made = await lane(count);
  return { ...made, batchKey: (await readJob(made.first)).batchKey };
}

// First, while nothing else is watched.
test("batches whose clients left, and those that ended, are no longer looked for", async () => {
  const [left, ended] = [await batchOf(1), await batchOf(1)];
  const streams = await Promise.all([open(left.batchKey), open(left.batchKey)]);
  const last = await open(ended.batchKey);
  await Promise.all([...streams, last].map((stream) => stream.next()));
  await looks.untilLooked();
  for (const stream of streams) stream.leave();
  await cancelJobs({ batchKey: ended.batchKey });
  expect(await last.rest()).toMatchObject([{ event: "batch_complete" }]);
  const reply = await head(app, `${path(left.batchKey)}/stream`, OPERATOR_SECRET);
  expect(reply).toMatchObject({ status: 200, text: "" });
  await looks.expectNone();
});

describe.concurrent("a batch's stream", () => {
  test("sends the batch at once, then each change, and ends once all its jobs are final", async () => {
    const { batchKey, ids } = await batchOf(4);
    const stream = await open(batchKey);
    expect(stream.status).toBe(200);
    expect(stream.headers.get("content-type")).toMatch(/^text\/event-stream\b/);
    const expectNext = async (id: number, event: string, progress: number, summary: object) => {
      const next = await stream.next();
      expect(next).toEqual({ id, event, data: await batchNow(batchKey) });
      expect(next?.data).toMatchObject({ batchKey, progress, summary: { total: 4, ...summary } });
    };
    await expectNext(4, "batch_update", 0, { queued: 4 });
    expect(stream.asides.retryMs).toBeGreaterThan(0);
    const [first = 0, second = 0] = ids;
    const claim = await claimed(first);
    await expectNext(5, "batch_update", 0, { queued: 3, processing: 1 });
    await succeedJob(claim, ANSWER, FACTS);
    await expectNext(6, "batch_update", 1 / 4, { queued: 3, succeeded: 1 });
    await failJob(await claimed(second), ERROR, FACTS);
    await expectNext(8, "batch_update", 2 / 4, { queued: 2, succeeded: 1, failed: 1 });
    await cancelJobs({ batchKey });
    await expectNext(10, "batch_complete", 1, { succeeded: 1, failed: 1, cancelled: 2 });
    expect(await stream.next()).toBeNull();
  });

  test("of one whose jobs are all final is that, and ends; restarted, it begins anew", async () => {
    const { promptId, modelId } = await lane(0);
    const batchKey = "b / 50% & ä?";
    for (const [runIndex, status] of (["failed", "succeeded", "skipped"] as const).entries()) {
      await jobIn(status, { promptId, modelId }, { batchKey, runIndex, version: 2 });
    }
    const complete = { id: 6, event: "batch_complete", data: await batchNow(batchKey) };
    expect(await (await open(batchKey)).rest()).toEqual([complete]);
    expect(complete.data).toMatchObject({ progress: 1, finishedAt: expect.any(String) });
    expect(await restartJobs({ batchKey }, 3)).toMatchObject({ changedIds: { length: 2 } });
    const again = await open(batchKey, "6");
    expect(await again.next()).toMatchObject({
      id: 8,
      event: "batch_update",
      data: { progress: 1 / 3, finishedAt: null },
    });
    again.leave();
  });

  test("has the jobs that are enqueued meanwhile", async () => {
    const { batchKey, promptId, modelId } = await batchOf(1);
    const stream = await open(batchKey);
    await stream.next();
    await makeJob({ promptId, modelId, batchKey, runIndex: 1 });
    const grown = { id: 2, event: "batch_update", data: { summary: { total: 2, queued: 2 } } };
    expect(await stream.next()).toMatchObject(grown);
    stream.leave();
  });

  test("ends where its jobs are deleted", async () => {
    const { batchKey } = await batchOf(2);
    const stream = await open(batchKey);
    await stream.next();
    await execute(sql`delete from prompt_jobs where batch_key = ${batchKey}`);
    expect(await stream.rest()).toEqual([]);
  });

  test("after a Last-Event-ID leaves out the present state where it is as new", async () => {
    const { batchKey, first } = await batchOf(3);
    const ids = ["3", "4", "2", "rubbish"];
    const streams = await Promise.all(ids.map((lastEventId) => open(batchKey, lastEventId)));
    await claimed(first);
    const seen = await Promise.all(streams.map((stream) => stream.next()));
    expect(seen.map((event) => event?.id)).toEqual([4, 4, 3, 3]);
    for (const stream of streams) stream.leave();
  });

  test("after the Last-Event-ID of its end is 204, and of before is that end", async () => {
    const { batchKey } = await batchOf(2);
    await cancelJobs({ batchKey });
    for (const lastEventId of ["4", "5"]) {
      const stream = await open(batchKey, lastEventId);
      expect(stream.status).toBe(204);
      expect(await stream.rest()).toEqual([]);
    }
    expect(await (await open(batchKey, "3")).rest()).toMatchObject([
      { id: 4, event: "batch_complete" },
    ]);
  });

  test("is refused in JSON before it begins", async () => {
    const { batchKey } = await batchOf(1);
    const accept = { accept: "text/event-stream" };
    const asOperator = { ...accept, authorization: OPERATOR_SECRET };
    const get = (key: string, headers: Record<string, string>, query = "") =>
      app.raw(`${path(key)}/stream${query}`, { headers });
    for (const key of [batchKey, "none"]) {
      expectError(await get(key, accept), "UnauthorizedError", 401);
    }
    for (const key of ["none", `${batchKey}x`, "batch%"]) {
      expectError(await get(key, asOperator), "BatchNotFoundError", 404, { batchKey: key });
    }
    expectInvalid(await get("x".repeat(201), asOperator), "batchKey");
    expectInvalid(await get(batchKey, asOperator, "?limit=1"));
  });
});
