import { sql } from "drizzle-orm";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { insertPause } from "@/db/pauses";
import { environment } from "@/lib/env";
import { readWaitingHints } from "@/lib/jobs/waiting-hints";
import { jobIn } from "../api/job-rows";
import { makeModel, makePrompt } from "../factories";
import { ownDatabase } from "../own-database";

ownDatabase();

const env = environment({ DATABASE_URL: "postgres://h/d", CRON_SECRET: "secret-of-the-tests" });
let promptId: number;
let modelId: number;
let narrowId: number;

beforeAll(async () => {
  modelId = (await makeModel({ provider: "openai", name: "gpt-5" })).id;
  narrowId = (await makeModel({ provider: "openrouter", name: "narrow", maxConcurrency: 1 })).id;
  promptId = (await makePrompt([modelId, narrowId])).id;
});
beforeEach(async () => {
  await execute(sql`truncate prompt_jobs, pauses`);
  await execute(sql`update models set rate_limited_until = null`);
});

let run = 0;
const make = (fields: Parameters<typeof jobIn>[2] & { modelId?: number } = {}) =>
  jobIn("queued", { promptId, modelId }, { batchKey: "b", runIndex: run++, ...fields });
const hints = () => readWaitingHints("b", "all", env, "UTC");
const inUtc = (at: string) => new Date(`2099-01-30T${at}Z`);

describe("what frees waiting jobs", () => {
  test("is credit, where a provider's account has none, and when that is tried next", async () => {
    await make();
    await execute(sql`insert into pauses (provider, manual, reason, next_probe_at)
      values ('openai', false, 'quota_exhausted', ${inUtc("14:06:00").toISOString()}::timestamptz)`);
    expect((await hints()).paused).toEqual({
      label: "openai quota",
      aside: "",
      freedBy: "Add credit at openai; next try 14:06",
    });
  });

  test("is somebody, where it was paused by hand; with what was", async () => {
    await make();
    await make({ modelId: narrowId });
    await insertPause({ provider: "openai" });
    await insertPause({ modelId: narrowId });
    expect((await hints()).paused).toEqual({
      label: "A pause",
      aside: "openai, narrow",
      freedBy: "Somebody resumes it",
    });
  });

  test("is a time, where a provider asked to slow down or a retry is due", async () => {
    await make();
    await make({ modelId: narrowId, claimCount: 1, scheduledFor: inUtc("14:03:00") });
    await make({ modelId: narrowId, claimCount: 1, scheduledFor: inUtc("14:09:00") });
    await execute(sql`update models set rate_limited_until = ${inUtc("14:05:00").toISOString()}::timestamptz
      where id = ${modelId}`);
    expect(await hints()).toMatchObject({
      rate_limit: { label: "A rate limit", aside: "gpt-5", freedBy: "Next try 14:05" },
      backoff: { label: "A retry", freedBy: "Next at 14:03" },
    });
  });

  test("is a place, where a limit is full; with how many there are", async () => {
    await jobIn("processing", { promptId, modelId: narrowId }, { batchKey: "other" });
    await make({ modelId: narrowId });
    expect(await hints()).toMatchObject({
      model_limit: { label: "A free place at narrow", aside: "1 at once at most" },
      global_limit: { label: "A free place", aside: "50 of 50 in use" },
    });
  });

  test("says nothing of what another batch's jobs, or another owner's, wait for", async () => {
    await make({ batchKey: "other", claimCount: 1, scheduledFor: inUtc("14:03:00") });
    await make({ ownerId: "ann", claimCount: 1, scheduledFor: inUtc("14:03:00") });
    const seen = await readWaitingHints("b", { ownerId: "bob" }, env, "UTC");
    expect(Object.keys(seen).sort()).toEqual(["global_limit", "user_limit"]);
  });
});
