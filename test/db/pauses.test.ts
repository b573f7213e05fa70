import { sql } from "drizzle-orm";
import { beforeEach, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { listJobs } from "@/db/job-queries";
import { hasJobsDueWithin, takeDueJobs } from "@/db/job-transitions/take";
import { deletePauses, insertPause, listPauses } from "@/db/pauses";
import { claimed, forgetJobs, lane, OPEN, tryClaim, waitsFor } from "../claims";
import { makeModel } from "../factories";
import { ownDatabase } from "../own-database";

ownDatabase();

beforeEach(forgetJobs);

const scopes = async () =>
  (await listPauses()).map(({ provider, modelId, manual }) => ({ provider, modelId, manual }));

describe("a pause by hand", () => {
  test("the guard 'paused' of the claim: of a model, holds back that model and no other", async () => {
    const [held, free] = [await lane(2), await lane(2)];
    await insertPause({ modelId: held.modelId });
    expect(await waitsFor(held.first)).toBe("paused");
    expect(await waitsFor(free.first)).toBeUndefined();
    const taken = await takeDueJobs(10, OPEN);
    expect(taken).toEqual(free.ids.slice(1));
  });

  test("of a provider, holds back all its models and no other provider's", async () => {
    const held = [await lane(1, { provider: "openai" }), await lane(1, { provider: "openai" })];
    const free = await lane(1, { provider: "openrouter" });
    await insertPause({ provider: "openai" });
    for (const { first } of held) expect(await waitsFor(first)).toBe("paused");
    expect(await takeDueJobs(10, OPEN)).toEqual(free.ids);
    expect(await waitsFor(free.first)).toBeUndefined();
  });

  test("of everything, holds back everything, and a running job goes on", async () => {
    const lanes = [await lane(2), await lane(2, { provider: "openai" })];
    const running = await claimed(lanes[0]?.ids[1] ?? 0);
    await insertPause({});
    for (const { first } of lanes) expect(await waitsFor(first)).toBe("paused");
    expect(await takeDueJobs(10, OPEN)).toEqual([]);
    const [job] = await listJobs(
      { jobId: running.jobId },
      { limit: 1, before: null, limits: OPEN },
    );
    expect(job).toMatchObject({ status: "processing", waitingFor: null });
  });

  test("the guard of open lanes: where all that is queued is paused, no loop has a reason to wait", async () => {
    const [one, other] = [await lane(1), await lane(1, { provider: "openai" })];
    expect(await hasJobsDueWithin(1_000)).toBe(true);
    await insertPause({ modelId: one.modelId });
    expect(await hasJobsDueWithin(1_000)).toBe(true);
    await insertPause({ provider: other.model.provider });
    expect(await hasJobsDueWithin(1_000)).toBe(false);
    await deletePauses({ modelId: one.modelId });
    expect(await hasJobsDueWithin(1_000)).toBe(true);
  });

  test("paused twice is one pause, and resumed it holds back nothing", async () => {
    const { first, modelId } = await lane(1);
    await Promise.all(Array.from({ length: 10 }, () => insertPause({ modelId })));
    expect(await scopes()).toEqual([{ provider: null, modelId, manual: true }]);
    await deletePauses({ modelId });
    expect(await waitsFor(first)).toBeUndefined();
  });

  test("resuming a scope leaves other scopes paused; resuming everything leaves none", async () => {
    const model = await makeModel();
    await insertPause({ provider: "openai" });
    await insertPause({ modelId: model.id });
    await insertPause({});
    await deletePauses({ modelId: model.id });
    expect(await scopes()).toMatchObject([{ provider: "openai" }, { provider: null }]);
    await deletePauses({});
    expect(await scopes()).toEqual([]);
  });

  test("an unknown model can't be paused", async () => {
    await expect(insertPause({ modelId: 2 ** 40 })).rejects.toMatchObject({ code: "23503" });
  });
});

describe("what a job waits for", () => {
  test("is the first that holds, and the same in the claim and in the list of jobs", async () => {
    const { first, modelId, ids } = await lane(
      3,
      { maxConcurrency: 1, requestsPerMinute: 1 },
      "ann",
    );
    await claimed(ids[1] ?? 0);
    await execute(sql`update prompt_jobs set claim_count = 1, attempt_count = 1,
      scheduled_for = now() + interval '1 hour' where id = ${first}`);
    await execute(sql`update models set rate_limited_until = now() + interval '1 hour'
      where id = ${modelId}`);
    await insertPause({});
    const full = { maxJobs: 1, maxJobsPerOwner: 1 };

    const seen: unknown[] = [];
    const look = async () => {
      const [listed] = await listJobs({ jobId: first }, { limit: 1, before: null, limits: full });
      const result = await tryClaim(first, full);
      const told = result?.outcome === "waiting" ? result.waitingFor : result?.outcome;
      if (told !== "claimed") expect(told).toBe(listed?.waitingFor);
      seen.push(listed?.waitingFor, told);
    };
    // Each step takes away what the job waited for.
    await look();
    await deletePauses({});
    await look();
    await execute(
      sql`update prompt_jobs set claim_count = 0, attempt_count = 0 where id = ${first}`,
    );
    await look();
    await execute(sql`update prompt_jobs set scheduled_for = now() where id = ${first}`);
    await look();
    await execute(sql`update models set rate_limited_until = null where id = ${modelId}`);
    await look();
    await execute(sql`truncate model_claims`);
    await look();
    await execute(sql`update models set max_concurrency = null where id = ${modelId}`);
    await look();
    await execute(sql`update prompt_jobs set owner_id = 'bob' where id = ${first}`);
    await look();
    full.maxJobs = 2;
    await look();
    const held = ["paused", "backoff", null, "rate_limit", "rate_limit", "model_limit"];
    const limits = ["user_limit", "global_limit"];
    expect(seen).toEqual([
      ...[...held, ...limits].flatMap((reason) => [reason, reason]),
      "dispatch",
      "claimed",
    ]);
    const [job] = await listJobs({ jobId: first }, { limit: 1, before: null, limits: full });
    expect(job?.waitingFor).toBeNull();
  });
});
