import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import type { Reply, TestApp } from "../app";
import { makeJob, makeModel, makePrompt, readJob } from "../factories";
import { type FakeProvider, type ScriptedReply, startFakeProvider } from "../fake-provider";
import { PROVIDER_ROWS, type ProviderRow } from "../models/provider-rows";
import { ownDatabase } from "../own-database";
import {
  attemptsOf,
  figures,
  keepTrafficFromSweeping,
  startAppUnderFault,
  untilFinal,
} from "./app-under-fault";
import { transientFaults } from "./transient-faults";

const RETRY_BASE_MS = 40;
const RETRY_CAP_MS = 900_000;

const database = ownDatabase();
const scripts = new Map<string, ScriptedReply>();
let provider: FakeProvider;
let app: TestApp;

beforeAll(async () => {
  provider = await startFakeProvider();
  provider.reply(({ question }) => scripts.get(question));
  await keepTrafficFromSweeping();
  app = await startAppUnderFault(database.url, provider, {
    RETRY_BASE_MS: String(RETRY_BASE_MS),
    JOB_MAX_ATTEMPTS: "12",
    MAX_CONCURRENT_JOBS: "20",
  });
});
afterAll(async () => {
  await app?.stop();
  await provider?.close();
});

const run = (jobId: number) => app.call("POST", "/api/jobs/process", { jobId });

/** Plays a reply to a job of a model of its own. */
async function play(what: string, script: ScriptedReply, from: "openai" | "openrouter" = "openai") {
  scripts.set(what, script);
  const model = await makeModel({ provider: from });
  const prompt = await makePrompt([model.id], { frequency: "manual", question: what });
  const newJob = () => makeJob({ promptId: prompt.id, modelId: model.id });
  const { id: jobId } = await newJob();
  return { jobId, reply: await run(jobId), newJob };
}

async function attemptOf(jobId: number) {
  const [row] = await execute<{ finished_at: string; outcome: string; error_code: string }>(sql`
    select * from job_attempts where job_id = ${jobId}::bigint order by attempt desc limit 1`);
  if (!row) throw new Error(`job ${jobId} has no attempt`);
  return row;
}

function expectReply(reply: Reply, body: object): void {
  expect({ status: reply.status, body: reply.body }).toEqual({ status: 200, body });
}

/** What providers.md and the process table of the contract make of a row. */
async function expectRow(row: ProviderRow): Promise<void> {
  const { jobId, reply, newJob } = await play(row.what, row.script);
  const job = await readJob(jobId);
  const attempt = await attemptOf(jobId);
  const error = { errorCode: row.errorCode, error: expect.stringMatching(/\S/) };
  const failed = { success: false, jobId, ...error };
  expect(job).toMatchObject({ errorCode: row.errorCode, errorMessage: reply.body.error });
  expect(attempt).toMatchObject({ error_code: row.errorCode, error_message: reply.body.error });
  if (row.mayHaveBeenPaid) expect(attempt).toMatchObject({ may_have_been_paid: true });
  const waitMs = (until: string) => Date.parse(until) - Date.parse(attempt.finished_at);
  const expectWait = (until: string, otherwiseMs: number) => {
    const askedMs = Math.min(row.retryAfterMs ?? 0, RETRY_CAP_MS);
    expect(waitMs(until)).toBeGreaterThanOrEqual(askedMs - 5);
    expect(waitMs(until)).toBeLessThanOrEqual((row.retryAfterMs ? askedMs : otherwiseMs) + 250);
  };
  switch (row.class) {
    case "transient": {
      expectReply(reply, { ...failed, status: "queued", retryAt: job.scheduledFor.toISOString() });
      expect(job).toMatchObject({ status: "queued", attemptCount: 1, claimCount: 1 });
      expect(attempt.outcome).toBe("retried");
      expectWait(reply.body.retryAt, RETRY_BASE_MS);
      break;
    }
    case "rate_limited": {
      expectReply(reply, { ...failed, status: "queued", retryAt: expect.any(String) });
      expect(job).toMatchObject({ status: "queued", attemptCount: 0, claimCount: 1 });
      expect(attempt.outcome).toBe("waited");
      expectWait(reply.body.retryAt, RETRY_BASE_MS);
      if (!row.retryAfterMs) break;
      const other = await newJob();
      const { status, body } = await run(other.id);
      const waiting = {
        success: true,
        jobId: other.id,
        status: "queued",
        waitingFor: "rate_limit",
      };
      expect({ status, body }).toEqual({ status: 202, body: waiting });
      break;
    }
    case "account": {
      expectReply(reply, { ...failed, status: "queued", waitingFor: "paused", retryAt: null });
      expect(job).toMatchObject({ status: "queued", attemptCount: 0, claimCount: 1 });
      expect(attempt.outcome).toBe("waited");
      const other = await newJob();
      const { status, body } = await run(other.id);
      const waiting = { success: true, jobId: other.id, status: "queued", waitingFor: "paused" };
      expect({ status, body }).toEqual({ status: 202, body: waiting });
      // Not by resuming, which would send out what waits.
      await execute(sql`delete from pauses`);
      break;
    }
    case "permanent": {
      expectReply(reply, { ...failed, status: "failed" });
      expect(job).toMatchObject({ status: "failed", attemptCount: 1 });
      expect(attempt.outcome).toBe("failed");
      break;
    }
  }
  expect(await execute(sql`select from responses where job_id = ${jobId}`)).toEqual([]);
}

describe("each row of providers.md, through POST /api/jobs/process", () => {
  for (const row of PROVIDER_ROWS) {
    test(`${row.what}: ${row.errorCode}, ${row.class} (guard: the table in classify)`, () =>
      expectRow(row));
  }

  test("silence beyond the timeout: timeout, transient, perhaps paid (guard: the timeout of the whole call)", () =>
    expectRow({
      what: "nothing at all",
      script: { kind: "trickle", everyMs: 100 },
      errorCode: "timeout",
      class: "transient",
      mayHaveBeenPaid: true,
    }));

  test("a key missing in the environment: provider_auth, and only that provider's jobs wait (guard: a circuit is its provider's)", async () => {
    const { jobId, reply } = await play("no key", { kind: "answer" }, "openrouter");
    expectReply(reply, {
      success: false,
      jobId,
      status: "queued",
      waitingFor: "paused",
      retryAt: null,
      errorCode: "provider_auth",
      error: expect.stringContaining("OPENROUTER_API_KEY"),
    });
    const other = await play("a key", { kind: "answer" });
    expect(other.reply.body).toMatchObject({ success: true, status: "succeeded" });
    await execute(sql`delete from pauses`);
  });

  test("malformed three times: failed for good, though attempts are left (guard: maxRetries of malformed_response)", async () => {
    const html: ScriptedReply = { kind: "text", text: "<html>" };
    const { jobId, reply } = await play("malformed for ever", html);
    expect(reply.body.status).toBe("queued");
    await execute(
      sql`update prompt_jobs set max_attempts = 9, scheduled_for = now() where id = ${jobId}`,
    );
    expect((await run(jobId)).body.status).toBe("queued");
    await execute(sql`update prompt_jobs set scheduled_for = now() where id = ${jobId}`);
    expect((await run(jobId)).body).toMatchObject({
      status: "failed",
      errorCode: "malformed_response",
    });
    expect(await attemptsOf(jobId)).toEqual([
      "retried, perhaps paid",
      "retried, perhaps paid",
      "failed, perhaps paid",
    ]);
  });
});

test("a batch of which 30 % of the calls are faulty succeeds as a whole, with one response each (guard: afterFailure retries, waits give attempts back)", async () => {
  await execute(sql`truncate prompt_jobs, job_attempts, responses, response_entities, pauses`);
  provider.reset();
  const faults = transientFaults(0.3);
  provider.reply(faults.rule);
  // Named, for which calls are faulty goes by the names.
  const names = ["red", "green", "blue"];
  const models = await Promise.all(names.map((name) => makeModel({ provider: "openai", name })));
  for (let n = 0; n < 30; n++) {
    await makePrompt(
      models.map((model) => model.id),
      { question: `What is the best thing of kind ${n}?` },
    );
  }
  await app.call("GET", "/api/cron");
  await untilFinal(90, 25);
  const all = { jobs: 90, succeeded: 90, responses: 90, answered: 90, successes: 90 };
  expect(await figures()).toEqual(all);
  expect(faults.faults).toBeGreaterThan(90 * 0.3);
  expect(provider.maxInFlight).toBeLessThanOrEqual(20);
  const [waited] = await execute<{ over: number }>(sql`
    select count(*) as over from prompt_jobs j where attempt_count <>
      (select count(*) from job_attempts a where a.job_id = j.id and a.outcome <> 'waited')`);
  expect(waited?.over).toBe(0);
});
