import { sql } from "drizzle-orm";
import { beforeEach, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { enqueueDueJobs } from "@/db/job-transitions/enqueue";
import { failJob } from "@/db/job-transitions/fail";
import { pruneJobs } from "@/db/job-transitions/prune";
import { succeedJob } from "@/db/job-transitions/succeed";
import { pruneOldJobs } from "@/lib/jobs/prune";
import {
  ANSWER,
  attemptsOf,
  claimed,
  ERROR,
  FACTS,
  forgetJobs,
  lane,
  responsesOf,
} from "../claims";
import { ageJob, makeModel, makePrompt, readJob } from "../factories";
import { ownDatabase } from "../own-database";

ownDatabase();

beforeEach(forgetJobs);

const DAY = 86_400;

async function finished(jobId: number, outcome: "succeeded" | "failed", daysAgo: number) {
  const claim = await claimed(jobId);
  if (outcome === "succeeded") await succeedJob(claim, ANSWER, FACTS);
  else await failJob(claim, ERROR, { ...FACTS, costUsd: null });
  await ageJob(jobId, daysAgo * DAY);
}

/** Old finished jobs of several models, `runs` in each cell; every third failed, every second of those by a refusal, the rest cost 0.001. */
async function oldJobs(cells: number, runs: number): Promise<void> {
  const model = await makeModel();
  await execute(sql`
    insert into prompt_jobs (prompt_id, model_id, run_index, batch_key, status, claim_count,
      attempt_count, error_code, cost_usd, created_at, started_at, finished_at)
    select cell, ${model.id}::bigint, run, 'old', case when run % 3 = 0 then 'failed' else 'succeeded' end,
      1, 1, case when run % 6 = 0 then 'refused' when run % 3 = 0 then 'lost' end, case when run % 3 > 0 then 0.001 end,
      now() - interval '200 days', now() - interval '200 days', now() - interval '199 days'
    from generate_series(0, ${runs - 1}::int) run, generate_series(1, ${cells}::int) cell
    order by random()`);
}

const figures = async () => {
  const [row] = await execute(sql`
    select sum(planned) as planned, sum(answered) as answered, sum(failed) as failed,
      sum(refused) as refused, sum(cost_usd) as cost, count(*) as cells from batch_cells`);
  return row;
};

describe("prune", () => {
  test("deletes old finished jobs with their attempts, and leaves answers and a cell", async () => {
    const { ids, promptId, modelId } = await lane(3);
    const [good = 0, bad = 0, young = 0] = ids;
    await finished(good, "succeeded", 91);
    await finished(bad, "failed", 91);
    await finished(young, "succeeded", 89);
    expect(await pruneJobs(90, 1_000)).toHaveLength(2);
    expect(await execute(sql`select id from prompt_jobs`)).toEqual([{ id: young }]);
    expect(await attemptsOf(good)).toEqual([]);
    expect(await attemptsOf(young)).toHaveLength(1);
    expect([await responsesOf(good), await responsesOf(young)]).toEqual([1, 1]);
    const cells = await execute(sql`select prompt_id, model_id, planned, answered, failed, cost_usd,
      extract(day from now() - last_finished_at) as days from batch_cells`);
    expect(cells).toEqual([
      {
        prompt_id: promptId,
        model_id: modelId,
        planned: 2,
        answered: 1,
        failed: 1,
        cost_usd: 0.0004,
        days: 91,
      },
    ]);
  });

  test("the guards of age and of a final state: running, queued, young and restarted jobs stay", async () => {
    const { ids } = await lane(3);
    const [queued = 0, running = 0, lately = 0] = ids;
    await claimed(running);
    await finished(lately, "failed", 0);
    for (const id of ids) await ageJob(id, 400 * DAY);
    // Made long ago, finished only now.
    await execute(sql`update prompt_jobs set finished_at = now() where id = ${lately}`);
    expect(await pruneJobs(90, 1_000)).toEqual([]);
    for (const id of [queued, running, lately]) expect((await readJob(id)).id).toBe(id);
    expect(await figures()).toMatchObject({ cells: 0 });
  });

  test("the figures of a cell are exact after several batches, and again after more", async () => {
    await oldJobs(4, 30);
    const pruned = [];
    while (pruned.at(-1) !== 0) pruned.push((await pruneJobs(90, 17)).length);
    expect(pruned).toEqual([17, 17, 17, 17, 17, 17, 17, 1, 0]);
    const exact = { planned: 120, answered: 80, failed: 40, refused: 20, cost: 0.08, cells: 4 };
    expect(await figures()).toEqual(exact);
    const [uneven] = await execute(
      sql`select from batch_cells where planned <> 30 or answered <> 20 or failed <> 10`,
    );
    expect(uneven).toBeUndefined();
    expect(await pruneOldJobs(90)).toBe(0);
    expect(await figures()).toEqual(exact);
  });

  test("a cell whose costs are unknown says null, and never 0", async () => {
    const { first } = await lane(1);
    await finished(first, "failed", 91);
    await pruneJobs(90, 10);
    expect(await execute(sql`select cost_usd from batch_cells`)).toEqual([{ cost_usd: null }]);
  });

  test("the guards of row locks, of counting what was deleted, and of one order: eight prunes at once count nothing twice, and none deadlocks", async () => {
    for (let round = 1; round <= 5; round++) {
      await forgetJobs();
      await oldJobs(400, 3);
      const pruned = await Promise.all(
        // Batches of different sizes, or Postgres would take their cells in the same order by luck.
        [20, 50, 300, 20, 50, 300, 20, 50].map(async (limit) => {
          let sum = 0;
          for (let last = -1; last !== 0; sum += last) last = (await pruneJobs(90, limit)).length;
          return sum;
        }),
      );
      // A prune that met only locked rows ended early; what it left, a later one takes.
      const rest = await pruneOldJobs(90);
      expect(pruned.reduce((a, b) => a + b, rest)).toBe(1_200);
      const exact = {
        planned: 1_200,
        answered: 800,
        failed: 400,
        refused: 400,
        cost: 0.8,
        cells: 400,
      };
      expect(await figures()).toEqual(exact);
    }
  });

  test("the guard last_window: no window is enqueued again because its rows were pruned", async () => {
    const model = await makeModel();
    await execute(sql`update prompts set active = false`);
    await makePrompt([model.id], { runs: 2 });
    expect((await enqueueDueJobs({ maxAttempts: 3 })).jobsCreated).toBe(2);
    const jobs = await execute<{ id: number }>(sql`select id from prompt_jobs`);
    for (const { id } of jobs) await finished(id, "succeeded", 91);
    expect(await pruneJobs(90, 10)).toHaveLength(2);
    expect((await enqueueDueJobs({ maxAttempts: 3 })).jobsCreated).toBe(0);
    expect(await execute(sql`select from prompt_jobs`)).toHaveLength(0);
  });
});
