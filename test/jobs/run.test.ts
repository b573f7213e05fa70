import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import postgres from "postgres";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { enqueueDueJobs } from "@/db/job-transitions/enqueue";
import { runPrompt as runNow } from "@/db/job-transitions/run";
import { updateModel } from "@/db/models";
import { updatePrompt } from "@/db/prompts";
import { claimed } from "../claims";
import { makeModel, readJob } from "../factories";
import { untilWaiting } from "../locks";
import { ownDatabase } from "../own-database";
import { type Asked, end, forgetRuns, idsOf, promptOf, refusalOf, run } from "./runs";

const database = ownDatabase();
let other: postgres.Sql;
beforeAll(() => {
  other = postgres(database.url, { max: 1 });
});
afterAll(() => other.end());
beforeEach(forgetRuns);

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
      await untilWaiting(1);
      return [waiting];
    });
    expect(await joining[0]).toMatchObject({ batchKey: "2025-10-14", created: 0, joined: 4 });
  });

  test("the guard deleted_at: one that waits for the prompt's end makes nothing", async () => {
    const { id } = await promptOf(1);
    const refused = await other.begin(async (tx) => {
      await tx`update prompts set deleted_at = now() where id = ${id}`;
      const waiting = refusalOf(run(id));
      await untilWaiting(1);
      return [waiting];
    });
    expect((await refused[0])?.error).toBe("PromptNotFoundError");
    expect(await execute(sql`select from prompt_jobs`)).toEqual([]);
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
