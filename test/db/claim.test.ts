import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { claimJob } from "@/db/job-transitions/claim";
import { updatePrompt } from "@/db/prompts";
import { ageJob, makeJob, makeJobs, makeModel, makePrompt, readJob } from "../factories";
import { ownDatabase } from "../own-database";

ownDatabase();

const OPEN = { leaseSeconds: 330, maxJobs: 1_000, maxJobsPerOwner: 1_000 };
const claim = (jobId: number, options = {}, claimToken = randomUUID()) =>
  claimJob({ jobId, claimToken }, { ...OPEN, ...options });

async function queuedJob(job: { ownerId?: string; scheduledFor?: Date } = {}) {
  const model = await makeModel();
  const prompt = await makePrompt([model.id], { question: "Which one?" });
  return { model, prompt, job: await makeJob({ promptId: prompt.id, modelId: model.id, ...job }) };
}

describe("claim", () => {
  test("takes a queued job with a lease by the database's clock, its question and its model", async () => {
    const { model, job } = await queuedJob();
    const claimToken = randomUUID();
    const claimed = await claim(job.id, { leaseSeconds: 60 }, claimToken);
    expect(claimed).toMatchObject({
      outcome: "claimed",
      question: "Which one?",
      promptVersion: 1,
      model,
      job: { status: "processing", claimToken, attemptCount: 1, claimCount: 1, version: 2 },
    });
    const [row] = await execute<{ seconds: number }>(sql`
      select extract(epoch from lease_expires_at - now()) as seconds from prompt_jobs where id = ${job.id}`);
    expect(row?.seconds).toBeGreaterThan(50);
    expect(row?.seconds).toBeLessThanOrEqual(60);
  });

  test("of twenty racing workers, exactly one wins", async () => {
    const { job } = await queuedJob();
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => claim(job.id)));
    expect(outcomes.filter((c) => c?.outcome === "claimed")).toHaveLength(1);
    expect(outcomes.filter((c) => c?.outcome === "not_queued")).toHaveLength(19);
    expect((await readJob(job.id)).claimCount).toBe(1);
  });

  test("tried again with the same token because its reply was lost, is the same claim", async () => {
    const { job } = await queuedJob();
    const token = randomUUID();
    await claim(job.id, {}, token);
    expect(await claim(job.id, {}, token)).toMatchObject({
      outcome: "claimed",
      job: { claimCount: 1 },
    });
    expect(await claim(job.id)).toMatchObject({ outcome: "not_queued" });
  });

  test("leaves alone what isn't due, and says backoff only after an attempt", async () => {
    const { job } = await queuedJob({ scheduledFor: new Date(Date.now() + 60_000) });
    expect(await claim(job.id)).toMatchObject({ outcome: "waiting", waitingFor: null });
    await execute(
      sql`update prompt_jobs set claim_count = 1, attempt_count = 1 where id = ${job.id}`,
    );
    expect(await claim(job.id)).toMatchObject({ outcome: "waiting", waitingFor: "backoff" });
    await ageJob(job.id, 120);
    expect(await claim(job.id)).toMatchObject({ outcome: "claimed" });
  });

  test("skips a job whose prompt is off or deleted, or whose model is off", async () => {
    const off = await queuedJob();
    await updatePrompt(off.prompt.id, { active: false });
    const deleted = await queuedJob();
    await execute(sql`update prompts set deleted_at = now() where id = ${deleted.prompt.id}`);
    const modelOff = await queuedJob();
    await execute(sql`update models set active = false where id = ${modelOff.model.id}`);
    for (const [{ job }, errorCode] of [
      [off, "prompt_inactive"],
      [deleted, "prompt_inactive"],
      [modelOff, "model_inactive"],
    ] as const) {
      expect(await claim(job.id)).toMatchObject({ outcome: "skipped", job: { errorCode } });
      expect(await readJob(job.id)).toMatchObject({ status: "skipped", errorCode, claimCount: 0 });
    }
  });

  test("of an unknown job is null", async () => {
    expect(await claim(2 ** 53 - 1)).toBeNull();
  });

  test("never passes the global, the owner's or the model's limit, with forty claims at once", async () => {
    await execute(sql`delete from prompt_jobs`);
    const [wide, narrow] = [await makeModel(), await makeModel({ maxConcurrency: 3 })];
    const prompt = await makePrompt([wide.id, narrow.id]);
    const ids = [
      ...(await makeJobs(10, { promptId: prompt.id, modelId: narrow.id })),
      ...(await makeJobs(10, { promptId: prompt.id, modelId: wide.id, ownerId: "ann" })),
      ...(await makeJobs(20, { promptId: prompt.id, modelId: wide.id })),
    ];
    const limits = { maxJobs: 12, maxJobsPerOwner: 4 };
    const claims = await Promise.all(ids.map((id) => claim(id, limits)));
    const won = claims.flatMap((c) => (c?.outcome === "claimed" ? [c.job] : []));
    expect(won).toHaveLength(12);
    expect(won.filter((job) => job.modelId === narrow.id).length).toBeLessThanOrEqual(3);
    expect(won.filter((job) => job.ownerId === "ann").length).toBeLessThanOrEqual(4);
    const waits = claims.flatMap((c) => (c?.outcome === "waiting" ? [c.waitingFor] : []));
    expect(waits).toHaveLength(28);
    expect(new Set(waits)).not.toContain(null);
  });

  test("jobs without an owner are bound by the global limit only", async () => {
    await execute(sql`delete from prompt_jobs`);
    const model = await makeModel();
    const prompt = await makePrompt([model.id]);
    const ids = await makeJobs(5, { promptId: prompt.id, modelId: model.id });
    for (const id of ids) {
      expect(await claim(id, { maxJobsPerOwner: 1 })).toMatchObject({ outcome: "claimed" });
    }
  });

  test("says which limit is full: the model's, then the user's, then the global one", async () => {
    await execute(sql`delete from prompt_jobs`);
    const model = await makeModel({ maxConcurrency: 1 });
    const prompt = await makePrompt([model.id]);
    const [first = 0, second = 0] = await makeJobs(2, {
      promptId: prompt.id,
      modelId: model.id,
      ownerId: "ann",
    });
    await claim(first);
    const full = { maxJobs: 1, maxJobsPerOwner: 1 };
    const waiting = async () => (await claim(second, full)) as { waitingFor: string };
    expect((await waiting()).waitingFor).toBe("model_limit");
    await execute(sql`update models set max_concurrency = null where id = ${model.id}`);
    expect((await waiting()).waitingFor).toBe("user_limit");
    await execute(sql`update prompt_jobs set owner_id = null where id = ${second}`);
    expect((await waiting()).waitingFor).toBe("global_limit");
  });
});
