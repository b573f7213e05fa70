import { sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { execute } from "@/db/client";
import { succeedJob } from "@/db/job-transitions/succeed";
import { environment } from "@/lib/env";
import { enqueueDue } from "@/lib/jobs/enqueue";
import { processJob } from "@/lib/jobs/process";
import { runPrompt } from "@/lib/jobs/run";
import { sweep } from "@/lib/jobs/sweep";
import { log } from "@/lib/log";
import {
  ANSWER,
  attemptsOf,
  claimed,
  FACTS,
  forgetJobs,
  lane,
  loseLease,
  responsesOf,
} from "../claims";
import { makeModel, makePrompt, readJob } from "../factories";
import { type FakeProvider, type ScriptedReply, startFakeProvider } from "../fake-provider";
import { ownDatabase } from "../own-database";
import { FAULTS, statementFaults } from "./statement-faults";

vi.mock("@/db/client", async (importOriginal) => {
  const client = await importOriginal<typeof import("@/db/client")>();
  const { statementFaults } = await import("./statement-faults");
  const faulty: typeof client.execute = (statement) =>
    statementFaults.around(statement, () => client.execute(statement));
  return { ...client, execute: faulty };
});

const database = ownDatabase();

let provider: FakeProvider;
beforeAll(async () => {
  provider = await startFakeProvider();
  for (const level of ["info", "warn", "error"] as const) {
    vi.spyOn(log, level).mockReturnValue(undefined);
  }
});
afterAll(() => provider.close());
beforeEach(async () => {
  provider.reset();
  vi.mocked(log.error).mockClear();
  await forgetJobs();
  await execute(sql`update prompts set active = false`);
});
afterEach(() => statementFaults.clear());

const env = () =>
  environment({
    DATABASE_URL: database.url,
    CRON_SECRET: "0123456789abcdef",
    OPENAI_API_KEY: "sk-test-0123456789abcdef",
    OPENAI_BASE_URL: provider.url,
  });

/** 120 tokens in and 40 out cost 0.00044 dollars. */
const PRICED = { provider: "openai", inputUsdPerMillion: 2, outputUsdPerMillion: 5 } as const;
const COST = 0.00044;

const refusal = (status: number, code: string): ScriptedReply => ({
  kind: "json",
  status,
  body: { error: { message: "no", code } },
});

/** By the statement that records it: what the provider says, what comes of it, and what is left behind. */
const CALLS = [
  ["claim", { kind: "answer" }, "succeeded", "succeeded", "succeeded", 1],
  ["succeed", { kind: "answer" }, "succeeded", "succeeded", "succeeded", 1],
  ["fail", refusal(400, "invalid_request"), "failed", "failed", "failed", 1],
  ["retry", refusal(503, "server_error"), "retried", "queued", "retried", 1],
  ["rateLimit", refusal(429, "rate_limit_exceeded"), "retried", "queued", "waited", 0],
  ["account", refusal(401, "invalid_api_key"), "paused", "queued", "waited", 0],
] as const satisfies readonly (readonly [string, ScriptedReply, string, string, string, number])[];

describe.each(FAULTS)("where a statement %s", (fault) => {
  test.each(CALLS)(
    "the guard of the claim's token: at %s it leaves one call, one attempt and at most one answer",
    async (statement, reply, said, status, outcome, attemptCount) => {
      const { first } = await lane(1, PRICED);
      provider.reply(() => reply);
      statementFaults.set(statement, fault, fault === "fails before" ? 2 : 1);
      const processed = await processJob(first, env());
      expect(statementFaults.struck).toBe(fault === "fails before" ? 2 : 1);
      await statementFaults.clear();

      // What still ran when it was said again wasn't there to be recognised: the status tells.
      if (fault !== "still runs") expect(processed.outcome).toBe(said);
      const answers = status === "succeeded" ? 1 : 0;
      expect(provider.requests).toHaveLength(1);
      expect(await readJob(first)).toMatchObject({
        status,
        attemptCount,
        claimCount: 1,
        version: 3,
        costUsd: answers ? COST : null,
      });
      expect(await attemptsOf(first)).toMatchObject([{ attempt: 1, outcome }]);
      expect(await responsesOf(first)).toBe(answers);
    },
  );

  test("the guard of the run's own batch key: a run by force makes one set", async () => {
    const { id } = await makePrompt([(await makeModel()).id], { runs: 3 });
    statementFaults.set("run", fault);
    const request = { force: true, modelIds: null, runs: null };
    const by = { caller: { kind: "operator" }, idempotencyKey: null } as const;
    const made = await runPrompt(id, request, by, env());
    await statementFaults.clear();
    expect(made.jobs).toHaveLength(3);
    expect(made.created).toBe(3);
    const jobs = await execute<{ id: number }>(sql`select id from prompt_jobs order by id`);
    expect(jobs.map((job) => job.id)).toEqual(made.jobs.map((job) => job.jobId));
  });

  test("a rescue takes each lost job back once, and the sweep's other duties are done", async () => {
    const { ids } = await lane(5);
    for (const id of ids) await claimed(id);
    await loseLease(ids);
    statementFaults.set("rescue", fault);
    await sweep(env());
    await statementFaults.clear();
    for (const id of ids) {
      expect(await readJob(id)).toMatchObject({ status: "queued", version: 3, attemptCount: 1 });
      expect(await attemptsOf(id)).toMatchObject([{ attempt: 1, outcome: "lost" }]);
    }
    expect(log.error).not.toHaveBeenCalled();
  });

  test("a prune counts nothing twice and nothing never", async () => {
    const { ids } = await lane(7);
    await execute(sql`update prompt_jobs set status = 'failed', error_code = 'lost', cost_usd = 0.5,
      created_at = now() - interval '91 days', finished_at = now() - interval '91 days'`);
    statementFaults.set("prune", fault);
    await sweep(env()).catch(() => undefined);
    await statementFaults.clear();
    await sweep(env());
    expect(await execute(sql`select from prompt_jobs`)).toEqual([]);
    const cells = await execute(sql`select planned, failed, cost_usd from batch_cells`);
    expect(cells).toEqual([{ planned: ids.length, failed: ids.length, cost_usd: 3.5 }]);
  });

  test.each(["enqueue", "note"] as const)(
    "the guards last_window and unique key: a cron whose %s it is makes each job once",
    async (statement) => {
      const models = [await makeModel(), await makeModel()];
      await makePrompt(
        models.map(({ id }) => id),
        { runs: 3 },
      );
      statementFaults.set(statement, fault);
      await enqueueDue(env());
      expect(statementFaults.struck).toBe(1);
      await statementFaults.clear();
      expect(await execute(sql`select from prompt_jobs where status = 'queued'`)).toHaveLength(6);
      expect((await enqueueDue(env())).jobsCreated).toBe(0);
    },
  );
});

describe("where the database stays away", () => {
  test("a claim that never hears of itself asks no model, and the next sweep brings the job back", async () => {
    const { first } = await lane(1, PRICED);
    statementFaults.set("claim", "loses its reply", 1_000);
    await expect(processJob(first, env())).rejects.toMatchObject({ code: "ECONNRESET" });
    await statementFaults.clear();
    expect(provider.requests).toHaveLength(0);
    expect(await readJob(first)).toMatchObject({ status: "processing", claimCount: 1 });
    await loseLease([first]);
    expect(await sweep(env())).toMatchObject({ rescued: 1 });
    expect(await processJob(first, env())).toMatchObject({ outcome: "succeeded" });
    expect(await attemptsOf(first)).toMatchObject([{ outcome: "lost" }, { outcome: "succeeded" }]);
  });

  test("an answer that can't be stored is asked for again, and stored once", async () => {
    const { first } = await lane(1, PRICED);
    const defect = () => Object.assign(new Error("broken index"), { code: "XX002" });
    statementFaults.set("succeed", "fails before", 1, defect);
    await expect(processJob(first, env())).rejects.toThrow("broken index");
    await loseLease([first]);
    await sweep(env());
    expect(await processJob(first, env())).toMatchObject({ outcome: "succeeded" });
    expect(provider.requests).toHaveLength(2);
    expect(await responsesOf(first)).toBe(1);
    expect(await attemptsOf(first)).toMatchObject([
      { outcome: "lost", may_have_been_paid: true },
      { outcome: "succeeded" },
    ]);
  });

  test("the fence: an answer on its way while its job is rescued and claimed by another is not stored", async () => {
    const { first } = await lane(1, PRICED);
    statementFaults.set("succeed", "is held");
    const late = processJob(first, env());
    await statementFaults.whenHeld();
    await loseLease([first]);
    await sweep(env());
    const next = await claimed(first);
    const processing = await readJob(first);
    await statementFaults.clear();
    expect(await late).toEqual({ outcome: "taken_over", jobId: first, status: "processing" });
    expect(await readJob(first)).toEqual(processing);
    expect(await responsesOf(first)).toBe(0);
    expect(await succeedJob(next, ANSWER, FACTS)).toMatchObject({ status: "succeeded" });
    expect(await responsesOf(first)).toBe(1);
  });

  test("the guard isUnavailable: a rescue gives up with its page, not with each of its 200 jobs", async () => {
    const { ids } = await lane(50);
    for (const id of ids) await claimed(id);
    await loseLease(ids);
    statementFaults.set("rescue", "fails before", 1_000);
    await expect(sweep(env())).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(statementFaults.struck).toBeLessThan(15);
    await statementFaults.clear();
    expect(await sweep(env())).toMatchObject({ rescued: 50 });
  });

  test("the guard allSettled: where lost jobs can't even be listed, the sweep prunes all the same", async () => {
    await lane(1);
    await execute(sql`update prompt_jobs set status = 'failed', error_code = 'lost',
      created_at = now() - interval '91 days', finished_at = now() - interval '91 days'`);
    statementFaults.set("listLost", "fails before");
    await expect(sweep(env())).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(await execute(sql`select from prompt_jobs`)).toEqual([]);
  });
});
