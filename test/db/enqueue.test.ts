import { sql } from "drizzle-orm";
import { beforeEach, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { deletePrompt } from "@/db/job-transitions/cancel";
import { enqueueDueJobs } from "@/db/job-transitions/enqueue";
import { updateModel } from "@/db/models";
import { findPromptById, updatePrompt } from "@/db/prompts";
import type { Frequency } from "@/db/schema";
import vercel from "../../vercel.json";
import { makeModel, makePrompt } from "../factories";
import { ownDatabase } from "../own-database";

ownDatabase();

beforeEach(async () => {
  await execute(sql`truncate prompts, prompt_models, prompt_jobs restart identity cascade`);
});

const enqueue = (at?: string) =>
  enqueueDueJobs({ maxAttempts: 3, ...(at ? { at: new Date(at) } : {}) });

const jobs = () =>
  execute<{ batch_key: string; status: string; error_code: string | null; run_index: number }>(sql`
    select batch_key, status, error_code, run_index from prompt_jobs order by id`);

describe("enqueue", () => {
  test("makes one job per due prompt, active model and run, and none the second time", async () => {
    const [a, b, off] = [await makeModel(), await makeModel(), await makeModel({ active: false })];
    const prompt = await makePrompt([a.id, b.id, off.id], { runs: 3 });
    await makePrompt([a.id], { active: false });
    await makePrompt([off.id]);
    await makePrompt([a.id], { frequency: "manual" });
    const deleted = await makePrompt([a.id]);
    await deletePrompt(deleted.id);

    expect(await enqueue("2025-10-14T06:00:00Z")).toEqual({
      jobsCreated: 6,
      promptCount: 1,
      supersededIds: [],
      day: "2025-10-14",
      batchKeys: ["2025-10-14"],
    });
    expect(await enqueue("2025-10-14T23:59:59Z")).toMatchObject({
      jobsCreated: 0,
      promptCount: 0,
      batchKeys: [],
    });
    const rows = await execute(sql`select distinct prompt_id from prompt_jobs`);
    expect(rows).toEqual([{ prompt_id: prompt.id }]);
  });

  test("of twenty crons at once, each job is made once", async () => {
    const models = await Promise.all([makeModel(), makeModel()]);
    for (let n = 0; n < 10; n++) {
      await makePrompt(
        models.map((model) => model.id),
        { runs: 5 },
      );
    }
    const made = await Promise.all(Array.from({ length: 20 }, () => enqueue()));
    expect(made.map(({ jobsCreated }) => jobsCreated).sort((x, y) => y - x)).toEqual([
      100,
      ...Array(19).fill(0),
    ]);
    expect(await jobs()).toHaveLength(100);
  });

  const windows: [Frequency, string, string, string][] = [
    ["hourly", "2025-10-14T06:59:59Z", "2025-10-14T06", "2025-10-14T07:00:00Z"],
    ["daily", "2025-10-14T23:59:59Z", "2025-10-14", "2025-10-15T00:00:00Z"],
    ["weekly", "2025-10-19T23:59:59Z", "2025-W42", "2025-10-20T00:00:00Z"],
    ["weekly", "2026-01-01T00:00:00Z", "2026-W01", "2026-01-05T00:00:00Z"],
    ["weekly", "2027-01-03T12:00:00Z", "2026-W53", "2027-01-04T00:00:00Z"],
    ["monthly", "2025-10-31T23:59:59Z", "2025-10", "2025-11-01T00:00:00Z"],
  ];
  test.each(windows)(
    "a %s prompt at %s is in window %s, until %s",
    async (frequency, at, key, next) => {
      const model = await makeModel();
      await makePrompt([model.id], { frequency });
      expect((await enqueue(at)).batchKeys).toEqual([key]);
      expect((await enqueue(at)).jobsCreated).toBe(0);
      expect((await enqueue(next)).jobsCreated).toBe(1);
    },
  );

  test.each([
    ["hourly", "2025-10-14T07:00:00Z", "2025-10-14T06:59:59Z"],
    ["daily", "2025-10-15T00:00:00Z", "2025-10-14T23:59:59Z"],
  ] as const)(
    "a cron whose clock is behind leaves the newer %s window alone",
    async (frequency, at, before) => {
      const model = await makeModel();
      await makePrompt([model.id], { frequency });
      await enqueue(at);
      expect(await enqueue(before)).toMatchObject({ jobsCreated: 0, supersededIds: [] });
      expect(await jobs()).toMatchObject([{ status: "queued" }]);
      expect(await enqueue(at)).toMatchObject({ jobsCreated: 0 });
    },
  );

  test("another frequency begins with its own present window, whatever the last key was", async () => {
    const model = await makeModel();
    const prompt = await makePrompt([model.id], { frequency: "once" });
    await enqueue("2025-10-14T06:00:00Z");
    for (const frequency of ["weekly", "hourly", "monthly", "daily"] as const) {
      await updatePrompt(prompt.id, { frequency });
      expect((await enqueue("2025-10-14T06:00:00Z")).jobsCreated).toBe(1);
    }
  });

  test("a prompt asked once is enqueued once, under its own key", async () => {
    const model = await makeModel();
    const prompt = await makePrompt([model.id], { frequency: "once" });
    expect((await enqueue("2025-10-14T06:00:00Z")).batchKeys).toEqual([`once-${prompt.id}`]);
    expect((await enqueue("2026-10-14T06:00:00Z")).jobsCreated).toBe(0);
    expect((await findPromptById(prompt.id))?.nextRunAt).toBeNull();
  });

  test("the reply's day is UTC whatever the session's time zone says", async () => {
    await execute(sql`set time zone 'Asia/Tokyo'`);
    expect((await enqueue("2025-10-14T23:30:00Z")).day).toBe("2025-10-14");
    await execute(sql`reset time zone`);
  });

  test("a window supersedes what is still queued from older ones, and only that", async () => {
    const model = await makeModel();
    const prompt = await makePrompt([model.id], { runs: 3 });
    await enqueue("2025-10-14T06:00:00Z");
    const [first] = await execute<{ id: number }>(sql`select min(id) as id from prompt_jobs`);
    await execute(
      sql`update prompt_jobs set status = 'succeeded', finished_at = now() where id = ${first?.id}`,
    );
    await execute(sql`insert into prompt_jobs (prompt_id, model_id, run_index, batch_key)
      values (${prompt.id}, ${model.id}, 0, 'run-by-hand')`);
    await updatePrompt(prompt.id, { runs: 2 });

    const enqueued = await enqueue("2025-10-15T06:00:00Z");
    expect(enqueued).toMatchObject({ jobsCreated: 2, supersededIds: [(first?.id ?? 0) + 1] });

    expect(await jobs()).toMatchObject([
      { batch_key: "2025-10-14", run_index: 0, status: "succeeded" },
      { batch_key: "2025-10-14", run_index: 1, status: "skipped", error_code: "superseded" },
      // Not enqueued anew, so nothing takes its place.
      { batch_key: "2025-10-14", run_index: 2, status: "queued" },
      { batch_key: "run-by-hand", run_index: 0, status: "queued" },
      { batch_key: "2025-10-15", run_index: 0, status: "queued" },
      { batch_key: "2025-10-15", run_index: 1, status: "queued" },
    ]);
  });

  test("no window is enqueued again because its rows are gone", async () => {
    const model = await makeModel();
    await makePrompt([model.id]);
    await enqueue();
    await execute(sql`delete from prompt_jobs`);
    expect((await enqueue()).jobsCreated).toBe(0);
  });

  test("a change of models or runs counts from the next window", async () => {
    const [a, b] = [await makeModel(), await makeModel()];
    const prompt = await makePrompt([a.id]);
    await enqueue("2025-10-14T06:00:00Z");
    await updatePrompt(prompt.id, { modelIds: [a.id, b.id], runs: 2 });
    expect((await enqueue("2025-10-14T12:00:00Z")).jobsCreated).toBe(0);
    expect((await enqueue("2025-10-15T00:00:00Z")).jobsCreated).toBe(4);
  });

  test("a prompt whose models are all off is due as soon as one is on", async () => {
    const model = await makeModel({ active: false });
    await makePrompt([model.id]);
    expect((await enqueue("2025-10-14T06:00:00Z")).jobsCreated).toBe(0);
    await updateModel(model.id, { active: true });
    expect((await enqueue("2025-10-14T07:00:00Z")).jobsCreated).toBe(1);
  });

  test("a hundred thousand jobs are one statement", async () => {
    const models = await Promise.all(Array.from({ length: 20 }, () => makeModel()));
    const ids = models.map((model) => model.id);
    await Promise.all(Array.from({ length: 100 }, () => makePrompt(ids, { runs: 50 })));
    expect((await enqueue()).jobsCreated).toBe(100_000);
  });
});

describe("vercel.json", () => {
  const entries = vercel.crons.filter(({ path }) => path === "/api/cron");

  test("has only daily entries, because Hobby refuses to deploy more frequent ones", () => {
    expect(entries.length).toBeGreaterThanOrEqual(3);
    for (const { schedule } of vercel.crons) expect(schedule).toMatch(/^\d+ \d+ \* \* \*$/);
  });

  // Hobby's crons fire within ±59 minutes. 40 minutes early one night and 30 late the next:
  const drifts = [0, -40, 30, -59, 59];
  test.each(drifts.flatMap((first) => drifts.map((second) => [first, second] as const)))(
    "no day is without its batch when the crons of two days are off by %i and %i minutes",
    async (first, second) => {
      const model = await makeModel();
      await makePrompt([model.id]);
      const days = ["2025-10-14", "2025-10-15", "2025-10-16", "2025-10-17"];
      for (const [index, day] of days.entries()) {
        for (const { schedule } of entries) {
          const [minute, hour] = schedule.split(" ").map(Number);
          const at = new Date(`${day}T00:00:00Z`);
          at.setUTCHours(hour ?? 0, (minute ?? 0) + (index % 2 === 0 ? first : second));
          await enqueue(at.toISOString());
        }
      }
      const keys = (await jobs()).map((job) => job.batch_key);
      expect(keys.filter((key) => days.includes(key)).sort()).toEqual(days);
    },
  );
});
