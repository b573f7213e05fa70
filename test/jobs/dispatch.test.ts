import { sql } from "drizzle-orm";
import { beforeEach, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { environment } from "@/lib/env";
import { dispatch } from "@/lib/jobs/dispatch";
import { processJob } from "@/lib/jobs/process";
import type { Sent } from "@/lib/jobs/send-job";
import { makeJobs, makeModel, makePrompt, readJob } from "../factories";
import { ownDatabase } from "../own-database";

const database = ownDatabase();

beforeEach(async () => {
  await execute(sql`truncate prompt_jobs, job_attempts, responses cascade`);
});

const envWith = (values: Record<string, string> = {}) =>
  environment({ DATABASE_URL: database.url, CRON_SECRET: "0123456789abcdef", ...values });

async function queue(count: number, model = {}) {
  const made = await makeModel(model);
  const prompt = await makePrompt([made.id]);
  return makeJobs(count, { promptId: prompt.id, modelId: made.id });
}

/** Claims the job as the process route would, and finishes it a little later. */
async function finishLater(jobId: number): Promise<Sent> {
  await execute(sql`update prompt_jobs set status = 'processing', claim_token = gen_random_uuid(),
    lease_expires_at = now() + interval '1 hour', started_at = now(), attempt_count = 1, claim_count = 1
    where id = ${jobId} and status = 'queued'`);
  await new Promise((resolve) => setTimeout(resolve, 5));
  await execute(sql`update prompt_jobs set status = 'succeeded', claim_token = null,
    lease_expires_at = null, finished_at = now() where id = ${jobId}`);
  return { outcome: "accepted" };
}

const inTenSeconds = () => Date.now() + 10_000;

describe("dispatch", () => {
  test("keeps at most the window in flight and refills until nothing is due", async () => {
    const ids = await queue(60);
    let inFlight = 0;
    let most = 0;
    const send = async (jobId: number) => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      const sent = await finishLater(jobId);
      inFlight -= 1;
      return sent;
    };
    const env = envWith({ MAX_CONCURRENT_JOBS: "7" });
    expect(await dispatch(env, { deadlineMs: inTenSeconds(), send })).toBe(60);
    expect(most).toBe(7);
    for (const id of ids) expect((await readJob(id)).status).toBe("succeeded");
  });

  test("two loops at once share the work: each job is sent once", async () => {
    const ids = await queue(80);
    const sent: number[] = [];
    const send = (jobId: number) => {
      sent.push(jobId);
      return finishLater(jobId);
    };
    const env = envWith({ MAX_CONCURRENT_JOBS: "10" });
    const loops = [1, 2, 3].map(() => dispatch(env, { deadlineMs: inTenSeconds(), send }));
    const accepted = await Promise.all(loops);
    expect(sent.sort((a, b) => a - b)).toEqual(ids);
    expect(accepted.reduce((a, b) => a + b)).toBe(80);
  });

  test("what isn't accepted stays queued, uses up no attempt and slows the loop down", async () => {
    const ids = await queue(5);
    let sends = 0;
    const send = async (): Promise<Sent> => {
      sends += 1;
      return { outcome: "refused", reason: "HTTP 508" };
    };
    const deadlineMs = Date.now() + 8_000;
    expect(await dispatch(envWith({ MAX_CONCURRENT_JOBS: "2" }), { deadlineMs, send })).toBe(0);
    for (const id of ids) {
      expect(await readJob(id)).toMatchObject({ status: "queued", attemptCount: 0, claimCount: 0 });
    }
    // Each is sent at most once: what was sent out is left alone for a while.
    expect(sends).toBeLessThanOrEqual(5);
  });

  test("a job that met a full limit is given back, and sent again once a place is free", async () => {
    const [id = 0] = await queue(1);
    let sends = 0;
    const send = async (jobId: number): Promise<Sent> => {
      sends += 1;
      return sends < 3 ? { outcome: "must_wait" } : finishLater(jobId);
    };
    expect(await dispatch(envWith(), { deadlineMs: inTenSeconds(), send })).toBe(1);
    expect(sends).toBe(3);
    expect((await readJob(id)).status).toBe("succeeded");
  });

  test("a job that becomes due while the loop is alive is sent by that loop", async () => {
    const [id = 0] = await queue(1);
    await execute(
      sql`update prompt_jobs set scheduled_for = now() + interval '700 milliseconds' where id = ${id}`,
    );
    expect(await dispatch(envWith(), { deadlineMs: inTenSeconds(), send: finishLater })).toBe(1);
  });

  test("ends at once where nothing is due before its deadline", async () => {
    const [id = 0] = await queue(1);
    await execute(
      sql`update prompt_jobs set scheduled_for = now() + interval '1 hour' where id = ${id}`,
    );
    expect(await dispatch(envWith(), { deadlineMs: inTenSeconds(), send: finishLater })).toBe(0);
  });

  test("a send that throws doesn't stop the others", async () => {
    const ids = await queue(4);
    const send = async (jobId: number): Promise<Sent> => {
      if (jobId === ids[0]) throw new Error("boom");
      return finishLater(jobId);
    };
    const deadlineMs = Date.now() + 7_000;
    expect(await dispatch(envWith(), { deadlineMs, send })).toBe(3);
  });

  test("drives simulated jobs to their end through the real process verb", async () => {
    const ids = await queue(12);
    const env = envWith({ RETRY_BASE_MS: "1" });
    const send = async (jobId: number): Promise<Sent> => {
      const { outcome } = await processJob(jobId, env);
      return { outcome: outcome === "waiting" ? "must_wait" : "accepted" };
    };
    await dispatch(env, { deadlineMs: Date.now() + 20_000, send });
    for (const id of ids) {
      expect(["succeeded", "failed"]).toContain((await readJob(id)).status);
    }
  });
});
