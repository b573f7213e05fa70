import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { FINAL_JOB_STATUSES, JOB_STATUSES } from "@/db/job-status";
import { cancelJob } from "@/db/job-transitions/cancel";
import { failJob } from "@/db/job-transitions/fail";
import { retryJob } from "@/db/job-transitions/retry";
import { succeedJob } from "@/db/job-transitions/succeed";
import { OPERATOR_SECRET, startApp, type TestApp } from "../app";
import { ANSWER, claimed, ERROR, FACTS, lane } from "../claims";
import { startTcpProxy, type TcpProxy } from "../faults/tcp-proxy";
import { ownDatabase } from "../own-database";
import { jobIn } from "./job-rows";
import { countLooks, type Looks } from "./looks";
import { expectError, expectInvalid, head, hushSweeps, QUIET } from "./refusals";

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

const path = (jobId: number, query = "") => `/api/jobs/status/${jobId}/poll${query}`;
/** Polls for so long that a test would time out before it does. */
const poll = (jobId: number, query = "") =>
  app.call("GET", path(jobId, `?timeout=60${query && `&${query}`}`));

const queued = async () => (await lane(1)).first;

async function jobOf(status: (typeof JOB_STATUSES)[number]): Promise<number> {
  const { promptId, modelId } = await lane(0);
  return (await jobIn(status, { promptId, modelId })).id;
}

describe("a poll answers at once", () => {
  test.each(FINAL_JOB_STATUSES)("where the job is %s: changed if that is news", async (status) => {
    const id = await jobOf(status);
    const { body: present } = await app.call("GET", `/api/jobs/status/${id}`);
    expect(present.job.status).toBe(status);
    const expected = [
      ["", false],
      [`current_status=${status}`, false],
      ["current_status=queued", true],
      ["current_status=processing", true],
    ] as const;
    for (const [query, changed] of expected) {
      const { status: code, body } = await poll(id, query);
      expect({ code, body }).toEqual({ code: 200, body: { ...present, changed } });
    }
  });

  test.each(["queued", "processing"] as const)(
    "where the job is %s, and the caller thinks it is something else",
    async (status) => {
      const id = await jobOf(status);
      for (const other of JOB_STATUSES.filter((one) => one !== status)) {
        const { body } = await poll(id, `current_status=${other}`);
        expect(body).toMatchObject({ success: true, job: { jobId: id, status }, changed: true });
      }
    },
  );
});

describe.concurrent("a poll waits", () => {
  test("for the change that it is told about, with the body of the job's own status", async () => {
    const id = await queued();
    const reply = poll(id, "current_status=queued");
    await looks.untilLooked();
    await claimed(id);
    const committedMs = performance.now();
    const { status, headers, body } = await reply;
    expect(performance.now() - committedMs).toBeLessThan(2_500);
    expect(status).toBe(200);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(body).toMatchObject({ job: { status: "processing", version: 2 }, changed: true });
    const { body: present } = await app.call("GET", `/api/jobs/status/${id}`);
    expect(body).toEqual({ ...present, changed: true });
  });

  test("with many of its kind, and each of them is told", async () => {
    const id = await queued();
    const claim = await claimed(id);
    const others = (await lane(5)).ids;
    const replies = Array.from({ length: 20 }, () => poll(id, "current_status=processing"));
    const ofOthers = others.map((other) => poll(other));
    await looks.untilLooked();
    await succeedJob(claim, ANSWER, FACTS);
    for (const { body } of await Promise.all(replies)) {
      expect(body).toMatchObject({ job: { jobId: id, status: "succeeded" }, changed: true });
    }
    await Promise.all(others.map((id) => cancelJob(id)));
    for (const [n, { body }] of (await Promise.all(ofOthers)).entries()) {
      expect(body).toMatchObject({ job: { jobId: others[n], status: "cancelled" }, changed: true });
    }
  });

  test("no longer than its timeout, and says that nothing changed, whatever else of the row did", async () => {
    const id = await queued();
    const startedMs = performance.now();
    const reply = app.call("GET", path(id, "?timeout=2&current_status=queued"));
    await looks.untilLooked();
    await execute(sql`update prompt_jobs set version = 7, priority = 5 where id = ${id}`);
    const { status, body } = await reply;
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(1_950);
    expect(status).toBe(200);
    expect(body).toMatchObject({ job: { status: "queued", version: 7 }, changed: false });
  });

  test("for a job that is deleted meanwhile, and then says that there is none", async () => {
    const id = await queued();
    const reply = poll(id);
    await looks.untilLooked();
    await execute(sql`delete from prompt_jobs where id = ${id}`);
    expectError(await reply, "JobNotFoundError", 404, { jobId: id });
  });

  test("by HEAD as by GET, and has no body", async () => {
    const id = await queued();
    const reply = await head(app, path(id, "?timeout=1"), OPERATOR_SECRET);
    expect(reply).toMatchObject({ status: 200, text: "" });
  });
});

test("a poll without current_status waits for a change from the status at the call", async () => {
  const id = await queued();
  const claim = await claimed(id);
  const reply = poll(id);
  await looks.untilLooked();
  await retryJob(claim, ERROR, FACTS, 60_000);
  expect((await reply).body).toMatchObject({
    job: { status: "queued", waitingFor: "backoff" },
    attempts: [{ attempt: 1, outcome: "retried", errorCode: ERROR.errorCode }],
    changed: true,
  });
});

describe("a poll is refused", () => {
  test.each([
    ["timeout=0", "timeout"],
    ["timeout=61", "timeout"],
    ["timeout=-1", "timeout"],
    ["timeout=1.5", "timeout"],
    ["timeout=1e1", "timeout"],
    ["timeout=", "timeout"],
    ["timeout=30&timeout=30", "timeout"],
    ["current_status=running", "current_status"],
    ["current_status=Queued", "current_status"],
    ["current_status=", "current_status"],
    ["currentStatus=queued", ""],
    ["wait=1", ""],
  ])("with %s", async (query, at) => {
    const reply = await app.call("GET", path(await jobOf("failed"), `?${query}`));
    expectInvalid(reply, ...(at ? [at] : []));
  });

  test("of a job that there isn't, before it waits", async () => {
    expectError(await poll(999_999), "JobNotFoundError", 404, { jobId: 999_999 });
    expectInvalid(await app.call("GET", "/api/jobs/status/0/poll"), "jobId");
  });

  test("to a stranger, whatever else is wrong", async () => {
    const id = await queued();
    for (const query of ["", "?timeout=0", "?nope=1"]) {
      expectError(await app.raw(path(id, query)), "UnauthorizedError", 401);
    }
  });
});

test("polls that are given up, and those that were answered, are no longer looked for", async () => {
  const [id, other] = [await queued(), await queued()];
  const claim = await claimed(other);
  const left = new AbortController();
  const headers = { authorization: OPERATOR_SECRET };
  const givenUp = Array.from({ length: 5 }, () =>
    fetch(app.url + path(id, "?timeout=60"), { headers, signal: left.signal }),
  );
  const ended = Promise.allSettled(givenUp);
  const answered = poll(other);
  await looks.untilLooked();
  left.abort();
  for (const { status } of await ended) expect(status).toBe("rejected");
  await failJob(claim, ERROR, FACTS);
  expect((await answered).body).toMatchObject({ job: { status: "failed" }, changed: true });
  await looks.expectNone();
});
