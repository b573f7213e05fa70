import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { FINAL_JOB_STATUSES } from "@/db/job-status";
import { failJob } from "@/db/job-transitions/fail";
import { restartJob } from "@/db/job-transitions/restart";
import { succeedJob } from "@/db/job-transitions/succeed";
import { OPERATOR_SECRET, startApp, type TestApp } from "../app";
import { ANSWER, claimed, ERROR, FACTS, lane, tryInVain } from "../claims";
import { startTcpProxy, type TcpProxy } from "../faults/tcp-proxy";
import { ownDatabase } from "../own-database";
import { openEvents } from "./events";
import { jobIn } from "./job-rows";
import { countLooks, type Looks } from "./looks";
import { expectError, expectInvalid, head, hushSweeps, QUIET, title } from "./refusals";

const database = ownDatabase();
let proxy: TcpProxy;
let app: TestApp;
let looks: Looks;

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

const path = (jobId: number) => `/api/jobs/status/${jobId}/stream`;
const open = (jobId: number, options?: Parameters<typeof openEvents>[2]) =>
  openEvents(app, path(jobId), options);
const jobNow = async (jobId: number) =>
  (await app.call("GET", `/api/jobs/status/${jobId}`)).body.job;
const queued = async () => (await lane(1)).first;

// First, while nothing else is watched.
describe("nothing is looked for any more", () => {
  test("when every client has left, and after a HEAD", async () => {
    const ids = [await queued(), await queued()];
    const streams = await Promise.all([...ids, ...ids, ...ids].map((id) => open(id)));
    await Promise.all(streams.map((stream) => stream.next()));
    await looks.untilLooked();
    for (const stream of streams) stream.leave();
    const { status, headers, text } = await head(app, path(ids[0] ?? 0), OPERATOR_SECRET);
    expect({ status, text }).toEqual({ status: 200, text: "" });
    expect(headers.get("content-type")).toMatch(/^text\/event-stream\b/);
    await looks.expectNone();
  });

  test("when every stream has ended", async () => {
    const id = await queued();
    const streams = await Promise.all([open(id), open(id)]);
    await Promise.all(streams.map((stream) => stream.next()));
    await looks.untilLooked();
    await failJob(await claimed(id), ERROR, FACTS);
    for (const stream of streams) {
      expect((await stream.rest()).at(-1)).toMatchObject({ id: 3, event: "job_complete" });
    }
    await looks.expectNone();
  });
});

describe.concurrent("a job's stream", () => {
  test("sends its state at once, each change within a second, and ends with the final one", async () => {
    const id = await queued();
    const stream = await open(id);
    expect(stream.status).toBe(200);
    expect(stream.headers.get("content-type")).toMatch(/^text\/event-stream\b/);
    const present = { id: 1, event: "job_update", data: await jobNow(id) };
    expect(await stream.next()).toEqual(present);
    expect(present.data).toMatchObject({ jobId: id, version: 1, status: "queued", progress: 0 });
    expect(stream.asides.retryMs).toBeGreaterThan(0);

    const claim = await claimed(id);
    const committedMs = performance.now();
    const update = await stream.next();
    // 1 s is promised; a shared machine gets some more.
    expect(performance.now() - committedMs).toBeLessThan(2_500);
    expect(update).toEqual({ id: 2, event: "job_update", data: await jobNow(id) });
    expect(update?.data).toMatchObject({ version: 2, status: "processing", progress: 0.5 });

    await succeedJob(claim, ANSWER, FACTS);
    const { entityId, ...job } = await jobNow(id);
    const result = {
      answer: "An answer",
      entities: [{ id: entityId, name: "Severance", rank: 1 }],
    };
    expect(job).toMatchObject({ version: 3, status: "succeeded", progress: 1 });
    expect(await stream.rest()).toEqual([
      { id: 3, event: "job_complete", data: { ...job, entityId, result } },
    ]);
  });

  test.each(FINAL_JOB_STATUSES)("of one that is %s is that state, and ends", async (status) => {
    const { promptId, modelId } = await lane(0);
    const { id } = await jobIn(status, { promptId, modelId }, { version: 4 });
    const stream = await open(id);
    expect(await stream.rest()).toEqual([
      { id: 4, event: "job_complete", data: { ...(await jobNow(id)), result: null } },
    ]);
  });

  test("ends when the job is cancelled, and a restart is seen by who comes again", async () => {
    const id = await queued();
    const stream = await open(id);
    await stream.next();
    await app.call("POST", `/api/jobs/cancel/${id}`);
    const [complete, ...none] = await stream.rest();
    expect(complete).toMatchObject({ id: 2, event: "job_complete", data: { status: "cancelled" } });
    expect(none).toEqual([]);
    expect(await restartJob(id, 3)).toEqual({ outcome: "restarted" });
    const again = await open(id, { lastEventId: "2" });
    expect(await again.next()).toMatchObject({ id: 3, event: "job_update" });
    again.leave();
  });

  test("ends where the job is deleted, and then there is none", async () => {
    const id = await queued();
    const stream = await open(id);
    await stream.next();
    await execute(sql`delete from prompt_jobs where id = ${id}`);
    expect(await stream.rest()).toEqual([]);
    expectError(await app.call("GET", path(id)), "JobNotFoundError", 404, { jobId: id });
  });

  test("carries texts that look like its own lines", async () => {
    const text =
      '\n\nid: 9\nevent: job_complete\ndata: {"status":"succeeded"}\r\n\r\n\u2028data: x';
    const id = await queued();
    const stream = await open(id);
    await stream.next();
    await failJob(await claimed(id), { ...ERROR, errorMessage: text }, FACTS);
    const last = (await stream.rest()).at(-1);
    expect(last).toMatchObject({ id: 3, data: { status: "failed", errorMessage: text } });
  });

  test("holds nothing back from a client that takes compressed replies", async () => {
    const id = await queued();
    const stream = await open(id, { headers: { "accept-encoding": "gzip, deflate, br" } });
    expect(stream.headers.get("content-encoding")).toBeNull();
    expect(stream.headers.get("cache-control")).toMatch(/\bno-transform\b/);
    expect(await stream.next()).toMatchObject({ id: 1 });
    await claimed(id);
    expect(await stream.next()).toMatchObject({ id: 2 });
    stream.leave();
  });
});

describe.concurrent("Last-Event-ID", () => {
  test("leaves out the present state where it is as new, and nothing that comes later", async () => {
    const id = await queued();
    await tryInVain(id);
    const streams = await Promise.all(
      ["3", "99", "2", "0"].map((lastEventId) => open(id, { lastEventId })),
    );
    await claimed(id);
    const first = await Promise.all(streams.map((stream) => stream.next()));
    expect(first.map((event) => event?.id)).toEqual([4, 4, 3, 3]);
    for (const stream of streams) stream.leave();
  });

  test("of the final state, or a later one, is answered by 204; of one before by that state", async () => {
    const { promptId, modelId } = await lane(0);
    const { id } = await jobIn("failed", { promptId, modelId }, { version: 5 });
    for (const lastEventId of ["5", "6", "999999999999999"]) {
      const stream = await open(id, { lastEventId });
      expect(stream.status).toBe(204);
      expect(await stream.rest()).toEqual([]);
    }
    for (const lastEventId of ["4", "0"]) {
      const stream = await open(id, { lastEventId });
      expect(await stream.rest()).toMatchObject([{ id: 5, event: "job_complete" }]);
    }
  });

  const rubbish = ["abc", "-1", "1.5", "5, 6", "9".repeat(400), "%35", ""];
  test.each(rubbish.map((sent) => [title(sent), sent]))(
    "counts as none where it is %s",
    async (_, lastEventId) => {
      const { promptId, modelId } = await lane(0);
      const { id } = await jobIn("failed", { promptId, modelId }, { version: 5 });
      expect(await (await open(id, { lastEventId })).rest()).toMatchObject([{ id: 5 }]);
    },
  );
});

describe("before a stream begins", () => {
  const accept = { accept: "text/event-stream" };
  const asOperator = { ...accept, authorization: OPERATOR_SECRET };

  test("a stranger is refused in JSON", async () => {
    const id = await queued();
    for (const headers of [accept, { ...accept, authorization: "Bearer nobody" }]) {
      expectError(await app.raw(path(id), { headers }), "UnauthorizedError", 401);
      expectError(await app.raw(path(999_999), { headers }), "UnauthorizedError", 401);
    }
    expect(await head(app, path(id))).toMatchObject({ status: 401, text: "" });
  });

  test("a job that there isn't is 404 in JSON, whatever the caller has seen", async () => {
    for (const headers of [asOperator, { ...asOperator, "last-event-id": "3" }]) {
      const reply = await app.raw(path(999_999), { headers });
      expectError(reply, "JobNotFoundError", 404, { jobId: 999_999 });
    }
  });

  test("an id or a parameter that it doesn't take is 400 in JSON", async () => {
    const id = await queued();
    expectInvalid(await app.raw("/api/jobs/status/0/stream", { headers: asOperator }), "jobId");
    expectInvalid(await app.raw(`${path(id)}?timeout=3`, { headers: asOperator }));
  });
});

test("a stream goes on where every connection to the database ends between two looks", async () => {
  const id = await queued();
  const stream = await open(id);
  await stream.next();
  for (const version of [3, 5]) {
    await looks.untilLooked();
    proxy.hangUpAll();
    await tryInVain(id);
    expect(await stream.next()).toMatchObject({ id: version });
  }
  stream.leave();
});

test("a server that is asked to end ends its streams first", async () => {
  const id = await queued();
  const stream = await open(id, { headers: { connection: "close" } });
  await stream.next();
  const stopped = app.stop();
  expect(await stream.rest()).toEqual([]);
  await stopped;
});
