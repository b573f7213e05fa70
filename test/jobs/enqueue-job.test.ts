import { sql } from "drizzle-orm";
import postgres from "postgres";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { execute } from "@/db/client";
import { cancelJob } from "@/db/job-transitions/cancel";
import { ApiError } from "@/lib/errors";
import { enqueueJob, type JobToEnqueue } from "@/lib/jobs/enqueue";
import { log } from "@/lib/log";
import { claimed, forgetJobs } from "../claims";
import { makeModel, makePrompt, readJob } from "../factories";
import { untilWaiting } from "../locks";
import { ownDatabase } from "../own-database";

const database = ownDatabase();
let other: postgres.Sql;
let promptId = 0;
let modelId = 0;
beforeAll(async () => {
  other = postgres(database.url, { max: 1 });
  modelId = (await makeModel()).id;
  promptId = (await makePrompt([modelId])).id;
});
afterAll(() => other.end());
beforeEach(async () => {
  await forgetJobs();
  vi.spyOn(log, "info").mockReset().mockReturnValue(undefined);
});

let run = 0;
/** A job of a run of its own, so that no two have the same key. */
const enqueue = (job: Partial<JobToEnqueue> = {}) =>
  enqueueJob({ promptId, modelId, runIndex: run++, batchKey: "by-code", ...job });
const jobs = () => execute<{ id: number }>(sql`select id from prompt_jobs`);

describe("enqueueJob", () => {
  test("adds a queued job that is due now, before nobody else, with nobody's limit", async () => {
    const { job, created } = await enqueue();
    expect(created).toBe(true);
    expect(job).toEqual(await readJob(job.id));
    expect(job).toMatchObject({ status: "queued", priority: 0, ownerId: null, reference: null });
    expect(job).toMatchObject({ batchKey: "by-code", scheduled: false, maxAttempts: 3 });
    await claimed(job.id);
  });

  test("keeps what it is given", async () => {
    const scheduledFor = new Date("2100-01-01T00:00:00.123Z");
    const given = { ownerId: "alice", priority: 7, scheduledFor, reference: "order 17" };
    expect((await enqueue(given)).job).toMatchObject(given);
  });

  test("of a key that there is gives that job, in whatever state, and changes nothing", async () => {
    const { job } = await enqueue({ runIndex: 1_000 });
    await cancelJob(job.id);
    const again = await enqueue({ runIndex: 1_000, priority: 9 });
    expect(again).toEqual({ created: false, job: await readJob(job.id) });
    expect(again.job).toMatchObject({ status: "cancelled", priority: 0 });
    expect(await jobs()).toHaveLength(1);
  });

  test("of a key that there is gives that job, though another of its reference is in flight", async () => {
    await enqueue({ reference: "r" });
    const { job } = await enqueue({ reference: "r", runIndex: 3_000 });
    const again = await enqueue({ reference: "r", runIndex: 3_000 });
    expect(again).toEqual({ created: false, job });
  });

  test("by 30 callers at once of one key makes one job", async () => {
    const all = await Promise.all(Array.from({ length: 30 }, () => enqueue({ runIndex: 2_000 })));
    expect(all.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(all.map(({ job }) => job.id)).size).toBe(1);
  });

  test("of an unknown or deleted prompt, or an unknown model, throws and adds nothing", async () => {
    const deleted = await makePrompt([modelId]);
    await execute(sql`update prompts set deleted_at = now() where id = ${deleted.id}`);
    for (const [wrong, error] of [
      [{ promptId: 999_999 }, "PromptNotFoundError"],
      [{ promptId: deleted.id }, "PromptNotFoundError"],
      [{ modelId: 999_999 }, "ModelNotFoundError"],
    ] as const) {
      const thrown = await enqueue(wrong).catch((e: unknown) => e);
      expect(thrown).toBeInstanceOf(ApiError);
      expect(thrown).toMatchObject({ error });
    }
    expect(await jobs()).toEqual([]);
  });

  test("reads JOB_MAX_ATTEMPTS, and needs no other variable than the database's", async () => {
    vi.stubEnv("CRON_SECRET", "");
    vi.stubEnv("JOB_MAX_ATTEMPTS", "5");
    expect((await enqueue()).job.maxAttempts).toBe(5);
    vi.stubEnv("JOB_MAX_ATTEMPTS", "many");
    await expect(enqueue()).rejects.toThrow(/^JOB_MAX_ATTEMPTS must be/);
    vi.unstubAllEnvs();
  });
});

describe("enqueueJob with unique", () => {
  const unique = (job: Partial<JobToEnqueue> = {}) =>
    enqueue({ unique: true, reference: "r", ...job });

  test("without a reference throws before it asks the database", async () => {
    await expect(enqueue({ unique: true })).rejects.toThrow(TypeError);
    await expect(enqueue({ unique: true, reference: "" })).rejects.toThrow(/reference/);
    expect(await jobs()).toEqual([]);
  });

  test("gives the active job of the same reference, queued or processing, and logs the join", async () => {
    const first = await unique();
    expect(first.created).toBe(true);
    expect(log.info).not.toHaveBeenCalled();
    expect(await unique()).toEqual({ created: false, job: first.job });
    expect(log.info).toHaveBeenCalledExactlyOnceWith(
      { jobId: first.job.id, reference: "r" },
      expect.stringContaining("joined"),
    );
    await claimed(first.job.id);
    expect(await unique()).toEqual({ created: false, job: await readJob(first.job.id) });
    await cancelJob(first.job.id);
    const second = await unique();
    expect(second).toMatchObject({ created: true });
    expect(second.job.id).not.toBe(first.job.id);
  });

  test("tells owners apart, and no owner is one too", async () => {
    const owners = [null, "alice", "bob"];
    const made = await Promise.all(owners.map((ownerId) => unique({ ownerId })));
    expect(made.map(({ created }) => created)).toEqual([true, true, true]);
    for (const [n, ownerId] of owners.entries()) {
      expect(await unique({ ownerId })).toMatchObject({ created: false, job: made[n]?.job });
    }
  });

  test("by 40 callers at once makes one job", async () => {
    const all = await Promise.all(Array.from({ length: 40 }, () => unique()));
    expect(all.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(all.map(({ job }) => job.id)).size).toBe(1);
    expect(await jobs()).toHaveLength(1);
  });

  test("joins one that was enqueued without it; without it, nothing is joined", async () => {
    const plain = [await enqueue({ reference: "r" }), await enqueue({ reference: "r" })];
    expect(plain.map(({ created }) => created)).toEqual([true, true]);
    expect(await unique()).toEqual({ created: false, job: plain[0]?.job });
    for (const { job } of plain) await cancelJob(job.id);
    expect(await unique()).toMatchObject({ created: true });
    expect(await enqueue({ reference: "r" })).toMatchObject({ created: true });
  });

  test("has no column for the flag", async () => {
    const columns = await execute<{ name: string }>(sql`
      select column_name as name from information_schema.columns where table_name = 'prompt_jobs'`);
    expect(columns.map(({ name }) => name)).toContain("reference");
    expect(columns.filter(({ name }) => /unique/.test(name))).toEqual([]);
  });

  test("the guard of the partial unique index: one that the check can't see yet is joined", async () => {
    const started = await other.begin(async (tx) => {
      await tx`insert into prompt_jobs (prompt_id, model_id, run_index, batch_key, reference, sole_reference)
        values (${promptId}, ${modelId}, ${run++}, 'elsewhere', 'r', 'r')`;
      const waiting = unique();
      await untilWaiting(1);
      return [waiting];
    });
    expect(await started[0]).toMatchObject({ created: false, job: { batchKey: "elsewhere" } });
    expect(await jobs()).toHaveLength(1);
  });

  test("tries again where the twin ends while it waits for it", async () => {
    const started = await other.begin(async (tx) => {
      await tx`insert into prompt_jobs (prompt_id, model_id, run_index, batch_key, reference, sole_reference)
        values (${promptId}, ${modelId}, ${run++}, 'short-lived', 'r', 'r')`;
      const waiting = unique();
      await untilWaiting(1);
      await tx`update prompt_jobs set status = 'cancelled', finished_at = now(),
        error_code = 'cancelled' where batch_key = 'short-lived'`;
      return [waiting];
    });
    expect(await started[0]).toMatchObject({ created: true, job: { batchKey: "by-code" } });
  });
});
