import { sql } from "drizzle-orm";
import { beforeEach, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { takeDueJobs, untakeJobs } from "@/db/job-transitions/take";
import { ageJob, makeJob, makeJobs, makeModel, makePrompt, readJob } from "../factories";
import { ownDatabase } from "../own-database";

ownDatabase();

beforeEach(async () => {
  await execute(sql`truncate prompt_jobs`);
});

const OPEN = { maxJobs: 1_000, maxJobsPerOwner: 1_000 };

async function lane(count: number, model: { maxConcurrency?: number } = {}, ownerId?: string) {
  const made = await makeModel(model);
  const prompt = await makePrompt([made.id]);
  const job = { promptId: prompt.id, modelId: made.id, ...(ownerId ? { ownerId } : {}) };
  return { ...job, ids: await makeJobs(count, job) };
}

async function processing(
  job: { promptId: number; modelId: number; ownerId?: string },
  count: number,
) {
  for (const id of await makeJobs(count, job)) {
    await execute(sql`update prompt_jobs set status = 'processing', claim_token = gen_random_uuid(),
      lease_expires_at = now() + interval '1 hour', started_at = now(), attempt_count = 1, claim_count = 1
      where id = ${id}`);
  }
}

describe("take", () => {
  test("gives each lane its turn: a backlog of one model doesn't hold up another", async () => {
    const long = await lane(100);
    const short = await lane(2);
    const taken = await takeDueJobs(10, OPEN);
    expect(taken).toHaveLength(10);
    expect(taken.filter((id) => short.ids.includes(id))).toHaveLength(2);
    expect(taken.filter((id) => long.ids.includes(id))).toHaveLength(8);
  });

  test("gives each owner its turn on the same model", async () => {
    const { promptId, modelId } = await lane(100, {}, "ann");
    const bobs = await makeJobs(3, { promptId, modelId, ownerId: "bob" });
    const taken = await takeDueJobs(8, OPEN);
    expect(taken.filter((id) => bobs.includes(id))).toHaveLength(3);
  });

  test("takes what a person asked for before what is scheduled", async () => {
    const { promptId, modelId } = await lane(50);
    const urgent = await makeJobs(3, { promptId, modelId, priority: 10 });
    expect((await takeDueJobs(3, OPEN)).sort()).toEqual(urgent.sort());
  });

  test("leaves alone what isn't due, and what was sent out a moment ago, but not for ever", async () => {
    const { promptId, modelId, ids } = await lane(2);
    const later = new Date(Date.now() + 60_000);
    await makeJob({ promptId, modelId, scheduledFor: later });
    expect((await takeDueJobs(10, OPEN)).sort()).toEqual(ids.sort());
    expect(await takeDueJobs(10, OPEN)).toEqual([]);
    await Promise.all(ids.map((id) => ageJob(id, 60)));
    expect((await takeDueJobs(10, OPEN)).sort()).toEqual(ids.sort());
  });

  test("two loops at once share the work and take nothing twice", async () => {
    const { ids } = await lane(200);
    const taken = await Promise.all(Array.from({ length: 10 }, () => takeDueJobs(20, OPEN)));
    const all = taken.flat();
    expect(new Set(all).size).toBe(all.length);
    while (all.length < 200) {
      const more = await takeDueJobs(50, OPEN);
      if (more.length === 0) break;
      all.push(...more);
    }
    expect(all.sort((a, b) => a - b)).toEqual(ids);
  });

  test("takes no more than there are free places of all, of the model and of the owner", async () => {
    const model = await lane(10, { maxConcurrency: 3 });
    const owner = await lane(10, {}, "ann");
    const free = await lane(10);
    await processing(model, 1);
    await processing(owner, 2);
    const taken = await takeDueJobs(100, { maxJobs: 15, maxJobsPerOwner: 5 });
    expect(taken.filter((id) => model.ids.includes(id))).toHaveLength(2);
    expect(taken.filter((id) => owner.ids.includes(id))).toHaveLength(3);
    expect(taken.filter((id) => free.ids.includes(id))).toHaveLength(7);
    expect(await takeDueJobs(100, { maxJobs: 15, maxJobsPerOwner: 5 })).toEqual([]);
  });

  test("what is given back can be taken at once", async () => {
    const { ids } = await lane(3);
    await takeDueJobs(10, OPEN);
    await untakeJobs(ids.slice(0, 1));
    expect(await takeDueJobs(10, OPEN)).toEqual(ids.slice(0, 1));
    expect((await readJob(ids[0] ?? 0)).dispatchedAt).not.toBeNull();
  });
});
