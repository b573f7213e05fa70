import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import postgres from "postgres";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { execute } from "@/db/client";
import { cancelJob } from "@/db/job-transitions/cancel";
import { enqueueDueJobs } from "@/db/job-transitions/enqueue";
import { restartJobs } from "@/db/job-transitions/restart";
import { runPrompt as runNow } from "@/db/job-transitions/run";
import { deleteOldRunRequests } from "@/db/maintenance";
import { updateModel } from "@/db/models";
import { updatePrompt } from "@/db/prompts";
import { environment } from "@/lib/env";
import { ApiError } from "@/lib/errors";
import { runPrompt, runUnlessAsked } from "@/lib/jobs/run";
import { claimed, forgetJobs } from "../claims";
import { makeModel, makePrompt, readJob } from "../factories";
import { ownDatabase } from "../own-database";

const database = ownDatabase();
let other: postgres.Sql;
beforeAll(() => {
  other = postgres(database.url, { max: 1 });
});
afterAll(() => other.end());
beforeEach(async () => {
  await forgetJobs();
  await execute(sql`truncate run_requests`);
});

const envWith = (values: Record<string, string> = {}) =>
  environment({ DATABASE_URL: database.url, CRON_SECRET: "0123456789abcdef", ...values });

type Asked = {
  force?: boolean;
  modelIds?: number[];
  runs?: number;
  callerId?: string;
  idempotencyKey?: string;
  limit?: number;
};

function run(promptId: number, asked: Asked = {}) {
  const { force = false, modelIds = null, runs = null, limit = 1_000 } = asked;
  const { callerId = null, idempotencyKey = null } = asked;
  return runPrompt(
    promptId,
    { force, modelIds, runs },
    { callerId, idempotencyKey },
    envWith({ RUN_NOW_JOBS_PER_HOUR: String(limit) }),
  );
}

async function promptOf(models: number, prompt: Parameters<typeof makePrompt>[1] = {}) {
  const made = await Promise.all(Array.from({ length: models }, () => makeModel()));
  const modelIds = made.map((model) => model.id).sort((a, b) => a - b);
  return { ...(await makePrompt(modelIds, { frequency: "manual", runs: 2, ...prompt })), modelIds };
}

const idsOf = ({ jobs }: { jobs: { jobId: number }[] }) => jobs.map((job) => job.jobId);

async function refusalOf(call: Promise<unknown>): Promise<ApiError> {
  const thrown = await call.catch((error: unknown) => error);
  if (thrown instanceof ApiError) return thrown;
  throw new Error(`not refused: ${JSON.stringify(thrown)}`);
}

async function end(jobIds: readonly number[], status = "failed"): Promise<void> {
  await execute(sql`update prompt_jobs set status = ${status}, claim_token = null,
    lease_expires_at = null, finished_at = now(), error_code = 'timeout'
    where id = any(${`{${jobIds.join(",")}}`}::bigint[])`);
}

describe("a run", () => {
  test("makes one job for each active model and run, before what is scheduled, for the prompt's owner", async () => {
    const prompt = await promptOf(3, { ownerId: "alice", runs: 2 });
    const [off = 0, ...on] = prompt.modelIds;
    await updateModel(off, { active: false });
    const made = await run(prompt.id);
    expect(made).toMatchObject({ created: 4, joined: 0 });
    expect(made.batchKey).toMatch(/^run-[0-9a-f-]{36}$/);
    expect(made.jobs).toEqual(
      on.flatMap((modelId) =>
        [0, 1].map((runIndex) => ({
          jobId: expect.any(Number),
          modelId,
          runIndex,
          status: "queued",
        })),
      ),
    );
    for (const jobId of idsOf(made)) {
      expect(await readJob(jobId)).toMatchObject({
        ownerId: "alice",
        priority: 10,
        scheduled: false,
        batchKey: made.batchKey,
        maxAttempts: 3,
      });
    }
  });

  test("joins the set in flight whole, its finished jobs too, until all are final", async () => {
    const { id } = await promptOf(2);
    const first = await run(id);
    const [one = 0, ...others] = idsOf(first);
    await end([one]);
    const second = await run(id);
    expect(second).toMatchObject({ batchKey: first.batchKey, created: 0, joined: 4 });
    expect(idsOf(second)).toEqual(idsOf(first));
    expect(second.jobs[0]?.status).toBe("failed");
    await end(others.slice(1));
    await claimed(others[0] ?? 0);
    expect(idsOf(await run(id))).toEqual(idsOf(first));
    await end(others);
    const third = await run(id);
    expect(third).toMatchObject({ created: 4, joined: 0 });
    expect(idsOf(third)).not.toEqual(idsOf(first));
  });

  test("joins what a cron enqueued, and the cron never joins", async () => {
    const { id } = await promptOf(2, { frequency: "daily" });
    const made = await run(id);
    expect(await enqueueDueJobs({ maxAttempts: 3 })).toMatchObject({ jobsCreated: 4 });
    await end(idsOf(made));
    const joined = await run(id);
    expect(joined).toMatchObject({ created: 0, joined: 4 });
    expect(joined.batchKey).toMatch(/^\d{4}-\d\d-\d\d$/);
  });

  test("of other models or runs makes a set of its own, and joins that one again", async () => {
    const { id, modelIds } = await promptOf(2, { runs: 2 });
    const own = await run(id);
    const foreign = (await makeModel()).id;
    for (const asked of [
      { modelIds: modelIds.slice(0, 1) },
      { modelIds: [...modelIds, foreign] },
      { modelIds: [foreign] },
      { runs: 1 },
      { runs: 3 },
      { modelIds: modelIds.slice(1), runs: 4 },
    ]) {
      const made = await run(id, asked);
      expect(made).toMatchObject({
        created: (asked.modelIds?.length ?? 2) * (asked.runs ?? 2),
        joined: 0,
      });
      expect(await run(id, asked)).toMatchObject({ created: 0, batchKey: made.batchKey });
    }
    expect(await run(id, { modelIds: modelIds.toReversed(), runs: 2 })).toMatchObject({
      created: 0,
      batchKey: own.batchKey,
    });
  });

  test("with force is a new set whatever is in flight, and the newest is joined", async () => {
    const { id } = await promptOf(1);
    const first = await run(id);
    const forced = await run(id, { force: true });
    expect(forced).toMatchObject({ created: 2, joined: 0 });
    expect(forced.batchKey).not.toBe(first.batchKey);
    expect((await run(id)).batchKey).toBe(forced.batchKey);
    await end(idsOf(forced));
    expect((await run(id)).batchKey).toBe(first.batchKey);
  });

  test("doesn't join a set of which a job was asked another question", async () => {
    const { id } = await promptOf(1);
    const first = await run(id);
    await updatePrompt(id, { question: "And now?" });
    // Still queued, it will be asked the new one.
    expect(await run(id)).toMatchObject({ created: 0, batchKey: first.batchKey });
    await claimed(idsOf(first)[0] ?? 0);
    expect(await run(id)).toMatchObject({ created: 0, batchKey: first.batchKey });
    await updatePrompt(id, { question: "And then?" });
    const second = await run(id);
    expect(second).toMatchObject({ created: 2 });
    await updatePrompt(id, { question: "And then?" });
    expect(await run(id)).toMatchObject({ created: 0, batchKey: second.batchKey });
  });

  test("that joins a scheduled set hastens what of it still waits, once", async () => {
    const { id } = await promptOf(1, { frequency: "daily", runs: 3 });
    await enqueueDueJobs({ maxAttempts: 3 });
    const [running = 0, ...waiting] = idsOf(await run(id, { runs: 3 }));
    for (const jobId of waiting) {
      expect(await readJob(jobId)).toMatchObject({ priority: 10, version: 2 });
    }
    await claimed(running);
    await run(id);
    expect((await readJob(waiting[0] ?? 0)).version).toBe(2);
  });

  test("sets lastRunAt, and leaves the window to the cron", async () => {
    const { id } = await promptOf(1, { frequency: "daily" });
    await run(id);
    const [row] = await execute(sql`select last_run_at is not null as ran, last_window from prompts
      where id = ${id}`);
    expect(row).toEqual({ ran: true, last_window: null });
  });

  test("is refused where there is nothing to run, and makes no job then", async () => {
    const { id, modelIds } = await promptOf(1);
    const [modelId = 0] = modelIds;
    const error = async (asked: Asked = {}) => (await refusalOf(run(id, asked))).error;
    expect(await error({ modelIds: [modelId, 999_999] })).toBe("ModelNotFoundError");
    await updateModel(modelId, { active: false });
    expect(await error()).toBe("ConflictError");
    expect(await error({ modelIds: [modelId] })).toBe("ConflictError");
    await updateModel(modelId, { active: true });
    await updatePrompt(id, { active: false });
    expect(await error()).toBe("ConflictError");
    expect(await error({ modelIds: [999_999] })).toBe("ModelNotFoundError");
    expect((await refusalOf(run(999_999))).error).toBe("PromptNotFoundError");
    expect(await execute(sql`select from prompt_jobs`)).toEqual([]);
  });
});

describe("runs at once", () => {
  test("by 50 callers make one set, and one of them says so", async () => {
    const { id } = await promptOf(2, { runs: 3 });
    const runs = await Promise.all(Array.from({ length: 50 }, () => run(id)));
    expect(new Set(runs.map((made) => idsOf(made).join())).size).toBe(1);
    expect(runs.filter((made) => made.created > 0)).toMatchObject([{ created: 6 }]);
    expect(await execute(sql`select from prompt_jobs`)).toHaveLength(6);
  });

  test("the guard of the prompt's row: one that waits for a cron joins what the cron makes", async () => {
    const { id } = await promptOf(2, { frequency: "daily" });
    await execute(sql`update prompts set active = false where id <> ${id}`);
    const joining = await other.begin(async (tx) => {
      await tx`select from prompts where id = ${id} for no key update`;
      await tx`insert into prompt_jobs (prompt_id, model_id, run_index, batch_key, scheduled)
        select ${id}, model_id, run, '2025-10-14', true
        from prompt_models, generate_series(0, 1) run where prompt_id = ${id}`;
      const waiting = run(id);
      await untilOneWaits();
      return [waiting];
    });
    expect(await joining[0]).toMatchObject({ batchKey: "2025-10-14", created: 0, joined: 4 });
  });

  test("a run repeated because its reply was lost finds its own set, with force too", async () => {
    const { id } = await promptOf(1);
    const options = {
      batchKey: `run-${randomUUID()}`,
      callerId: "alice",
      jobsPerHour: 2,
      idempotencyKey: null,
      unlessAsked: false,
      maxAttempts: 3,
    };
    const request = { force: true, modelIds: null, runs: null };
    const first = await runNow(id, request, options);
    expect(first).toMatchObject({ outcome: "ran", created: 2 });
    expect(await runNow(id, request, options)).toEqual(first);
    expect(await runNow(id, request, { ...options, unlessAsked: true })).toEqual(first);
    expect(await execute(sql`select from run_requests`)).toHaveLength(1);
  });
});

async function untilOneWaits(): Promise<void> {
  await vi.waitFor(async () => {
    const rows = await execute(sql`select from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`);
    expect(rows).toHaveLength(1);
  }, 5_000);
}

describe("a run unless asked", () => {
  test("makes nothing while a set is in flight or once one has ended in this window", async () => {
    const { id } = await promptOf(1, { frequency: "daily" });
    const ask = () => runUnlessAsked(id, { callerId: null }, envWith());
    const made = await ask();
    if (made === "asked_already") throw new Error("nobody asked before");
    expect(made.created).toBe(2);
    expect(await ask()).toBe("asked_already");
    await end(idsOf(made));
    expect(await ask()).toBe("asked_already");
    // Yesterday's window is over; what is still in flight from it is not.
    await execute(sql`update prompt_jobs set created_at = created_at - interval '1 day'`);
    const next = await ask();
    if (next === "asked_already") throw new Error("the window is over");
    await execute(sql`update prompt_jobs set created_at = created_at - interval '1 day'`);
    expect(await ask()).toBe("asked_already");
    for (const jobId of idsOf(next)) await cancelJob(jobId);
    expect(await ask()).toMatchObject({ created: 2 });
  });

  test("at 20 callers at once makes one set", async () => {
    const { id } = await promptOf(1);
    const asked = await Promise.all(
      Array.from({ length: 20 }, () => runUnlessAsked(id, { callerId: null }, envWith())),
    );
    expect(asked.filter((made) => made === "asked_already")).toHaveLength(19);
    expect(await execute(sql`select from prompt_jobs`)).toHaveLength(2);
  });

  test.each(["hourly", "daily", "weekly", "monthly", "manual", "once"] as const)(
    "the window of %s is the cron's",
    async (frequency) => {
      const { id } = await promptOf(1, { frequency });
      const ask = () => runUnlessAsked(id, { callerId: null }, envWith());
      const made = await ask();
      if (made === "asked_already") throw new Error("nobody asked before");
      await end(idsOf(made));
      const unit = { hourly: "hour", daily: "day", weekly: "week", monthly: "month" };
      const ends = frequency in unit;
      const start = ends
        ? sql`date_trunc(${unit[frequency as "hourly"]}, now(), 'UTC')`
        : sql`now() - interval '10 years'`;
      await execute(sql`update prompt_jobs set created_at = ${start}`);
      expect(await ask()).toBe("asked_already");
      if (!ends) return;
      await execute(sql`update prompt_jobs set created_at = ${start} - interval '1 millisecond'`);
      expect(await ask()).toMatchObject({ created: 2 });
    },
  );

  test("runs again once the question has changed and nothing is in flight", async () => {
    const { id } = await promptOf(1);
    const ask = () => runUnlessAsked(id, { callerId: null }, envWith());
    const made = await ask();
    if (made === "asked_already") throw new Error("nobody asked before");
    await claimed(idsOf(made)[0] ?? 0);
    await updatePrompt(id, { question: "And now?" });
    expect(await ask()).toBe("asked_already");
    await end(idsOf(made));
    const next = await ask();
    if (next === "asked_already") throw new Error("it answered another question");
    expect(next.created).toBe(2);
    await end(idsOf(next));
    expect(await ask()).toBe("asked_already");
  });

  test("makes nothing while restarted jobs of before the change wait for the new question", async () => {
    const { id } = await promptOf(1);
    const ask = () => runUnlessAsked(id, { callerId: null }, envWith());
    const made = await ask();
    if (made === "asked_already") throw new Error("nobody asked before");
    for (const jobId of idsOf(made)) await claimed(jobId);
    await end(idsOf(made));
    await updatePrompt(id, { question: "And now?" });
    expect(await restartJobs({ batchKey: made.batchKey }, 3)).toMatchObject({ changed: 2 });
    expect(await ask()).toBe("asked_already");
    await end(idsOf(made));
    expect(await ask()).toBe("asked_already");
  });
});

describe("an idempotency key", () => {
  test("gives the first answer again, whatever became of the jobs", async () => {
    const { id } = await promptOf(1);
    const keyed = () => run(id, { force: true, idempotencyKey: "k" });
    const first = await keyed();
    await end(idsOf(first));
    await updatePrompt(id, { active: false });
    expect(await keyed()).toEqual(first);
  });

  test("at 30 calls at once makes one set, and gives all the same answer", async () => {
    const { id } = await promptOf(1);
    const keyed = () => run(id, { force: true, idempotencyKey: "k" });
    const replies = await Promise.all(Array.from({ length: 30 }, keyed));
    expect(new Set(replies.map((reply) => JSON.stringify(reply))).size).toBe(1);
    expect(await execute(sql`select from prompt_jobs`)).toHaveLength(2);
  });

  test("is refused with another body, and free for another caller or prompt", async () => {
    const { id } = await promptOf(1);
    const { id: otherId } = await promptOf(1);
    const keyed = (promptId: number, asked: Asked = {}) =>
      run(promptId, { force: true, idempotencyKey: "k", ...asked });
    const first = await keyed(id);
    expect((await refusalOf(keyed(id, { runs: 1 }))).error).toBe("ConflictError");
    expect((await refusalOf(keyed(id, { force: false }))).error).toBe("ConflictError");
    expect((await keyed(id, { callerId: "alice" })).batchKey).not.toBe(first.batchKey);
    expect((await keyed(id, { callerId: "bob", runs: 1 })).created).toBe(1);
    expect((await keyed(otherId)).batchKey).not.toBe(first.batchKey);
  });

  test("is forgotten after 24 h, swept or not", async () => {
    const { id } = await promptOf(1);
    const keyed = () => run(id, { force: true, idempotencyKey: "k" });
    const first = await keyed();
    await execute(sql`update run_requests set created_at = created_at - interval '23 hours'`);
    await deleteOldRunRequests();
    expect(await keyed()).toEqual(first);
    await execute(sql`update run_requests set created_at = created_at - interval '61 minutes'`);
    const second = await keyed();
    expect(second.batchKey).not.toBe(first.batchKey);
    expect(await keyed()).toEqual(second);
    await execute(sql`update run_requests set created_at = created_at - interval '25 hours'`);
    await deleteOldRunRequests();
    expect(await execute(sql`select from run_requests`)).toEqual([]);
  });
});

describe("the limit of jobs that one user may create in an hour", () => {
  const secondsUntilRetry = async (call: Promise<unknown>) => {
    const { error, details } = await refusalOf(call);
    expect(error).toBe("RateLimitedError");
    return Number(details.retryAfterSeconds);
  };

  test("counts what was made, not what was joined, and not the operator's", async () => {
    const { id } = await promptOf(1, { runs: 2 });
    const alice = { callerId: "alice", limit: 5 };
    await run(id, alice);
    for (let n = 0; n < 3; n++) expect(await run(id, alice)).toMatchObject({ joined: 2 });
    await run(id, { ...alice, force: true });
    expect(await secondsUntilRetry(run(id, { ...alice, force: true }))).toBeGreaterThan(3_590);
    expect(await run(id, { ...alice, runs: 1 })).toMatchObject({ created: 1 });
    await secondsUntilRetry(run(id, { ...alice, runs: 1, force: true }));
    expect(await run(id, alice)).toMatchObject({ created: 0, joined: 2 });
    expect(await run(id, { callerId: "bob", limit: 5, force: true })).toMatchObject({ created: 2 });
    for (let n = 0; n < 4; n++) await run(id, { force: true, limit: 5 });
    expect(await execute(sql`select from prompt_jobs where priority = 10`)).toHaveLength(15);
  });

  test("says when enough of it is an hour old, and is right", async () => {
    const { id } = await promptOf(1, { runs: 2 });
    const forced = { callerId: "alice", limit: 6, force: true };
    for (const minutesAgo of [50, 40, 10]) {
      await run(id, forced);
      await execute(sql`update run_requests
        set created_at = now() - make_interval(mins => ${minutesAgo}::int)
        where id = (select max(id) from run_requests)`);
    }
    const minutes = async (runs: number) =>
      Math.round((await secondsUntilRetry(run(id, { ...forced, runs }))) / 60);
    expect(await minutes(2)).toBe(10);
    expect(await minutes(3)).toBe(20);
    expect(await minutes(4)).toBe(20);
    expect(await minutes(5)).toBe(50);
    expect(await minutes(6)).toBe(50);
    await execute(sql`update run_requests set created_at = created_at - interval '10 minutes'`);
    expect(await run(id, { ...forced, runs: 2 })).toMatchObject({ created: 2 });
  });

  test("refuses a set that no hour could hold", async () => {
    const { id } = await promptOf(1, { runs: 2 });
    expect(await secondsUntilRetry(run(id, { callerId: "alice", limit: 1 }))).toBe(3_600);
    expect(await execute(sql`select from prompt_jobs`)).toEqual([]);
  });

  test("the guard of the caller's lock: 20 runs of 20 prompts at once don't pass it", async () => {
    const prompts = await Promise.all(Array.from({ length: 20 }, () => promptOf(1, { runs: 1 })));
    const made = await Promise.allSettled(
      prompts.map(({ id }) => run(id, { callerId: "alice", limit: 7 })),
    );
    expect(made.filter((one) => one.status === "fulfilled")).toHaveLength(7);
    expect(await execute(sql`select from prompt_jobs`)).toHaveLength(7);
  });
});
