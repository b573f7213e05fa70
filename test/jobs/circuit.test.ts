import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { execute } from "@/db/client";
import { cancelJob } from "@/db/job-transitions/cancel";
import { waitForAccount } from "@/db/job-transitions/retry";
import { succeedJob } from "@/db/job-transitions/succeed";
import { takeDueJobs } from "@/db/job-transitions/take";
import { insertPause, listPauses } from "@/db/pauses";
import { environment } from "@/lib/env";
import { dispatch } from "@/lib/jobs/dispatch";
import { resume } from "@/lib/jobs/pause";
import { processJob } from "@/lib/jobs/process";
import { sweep } from "@/lib/jobs/sweep";
import { log } from "@/lib/log";
import { ANSWER, claimed, ERROR, FACTS, forgetJobs, lane, OPEN, waitsFor } from "../claims";
import { readJob } from "../factories";
import { type FakeProvider, startFakeProvider } from "../fake-provider";
import { ownDatabase } from "../own-database";

const database = ownDatabase();

let provider: FakeProvider;
beforeAll(async () => {
  provider = await startFakeProvider();
  for (const level of ["info", "warn"] as const) vi.spyOn(log, level).mockReturnValue(undefined);
});
afterAll(() => provider.close());
beforeEach(async () => {
  provider.reset();
  await forgetJobs();
});

const env = () =>
  environment({
    DATABASE_URL: database.url,
    CRON_SECRET: "0123456789abcdef",
    OPENAI_API_KEY: "sk-test-0123456789abcdef",
    OPENAI_BASE_URL: provider.url,
    RETRY_BASE_MS: "1",
  });

const BAD_KEY = {
  kind: "json",
  status: 401,
  body: { error: { message: "Incorrect API key", code: "invalid_api_key" } },
} as const;
const OPENAI = { provider: "openai" } as const;

/** Jobs of openai, one of which has just met the account error. */
async function openCircuit(jobs = 3) {
  const made = await lane(jobs, OPENAI);
  const claim = await claimed(made.first);
  const error = { ...ERROR, errorCode: "provider_auth" };
  await waitForAccount(claim, error, FACTS, 60);
  return made;
}

const probeOf = async () => (await listPauses()).find(({ manual }) => !manual)?.probeJobId ?? null;

describe("a circuit", () => {
  test("is opened by an account error: its provider's jobs wait as paused, the attempt is given back", async () => {
    const [{ ids, first }, free] = [await lane(2, OPENAI), await lane(1)];
    provider.reply(BAD_KEY);
    expect(await processJob(first, env())).toMatchObject({
      outcome: "paused",
      error: { errorCode: "provider_auth" },
    });
    expect(await listPauses()).toMatchObject([
      { provider: "openai", modelId: null, manual: false, reason: "provider_auth" },
    ]);
    expect(await readJob(first)).toMatchObject({ status: "queued", attemptCount: 0 });
    for (const id of ids) expect(await waitsFor(id)).toBe("paused");
    expect(await processJob(ids[1] ?? 0, env())).toMatchObject({ waitingFor: "paused" });
    expect(provider.requests).toHaveLength(1);
    expect(await waitsFor(free.first)).toBeUndefined();
  });

  test("the guard on conflict: twenty account errors at once open it once, and give each attempt back", async () => {
    const { ids } = await lane(20, OPENAI);
    provider.reply(() => ({ ...BAD_KEY, delayMs: 800 }));
    await Promise.all(ids.map((id) => processJob(id, env())));
    expect(provider.requests).toHaveLength(20);
    expect(await listPauses()).toHaveLength(1);
    for (const id of ids) {
      expect(await readJob(id)).toMatchObject({ status: "queued", attemptCount: 0, claimCount: 1 });
    }
  });

  test("the guard of chooseProbes: many sweeps at once let one probe through", async () => {
    const { ids } = await openCircuit(5);
    await Promise.all(Array.from({ length: 10 }, () => sweep(env())));
    const probe = await probeOf();
    expect(ids).toContain(probe);
    expect(await takeDueJobs(10, OPEN)).toEqual([probe]);
    for (const id of ids.filter((id) => id !== probe)) expect(await waitsFor(id)).toBe("paused");
    expect(await waitsFor(probe ?? 0)).toBeUndefined();
    // It is on its way: no other is let through beside it.
    await sweep(env());
    expect(await probeOf()).toBe(probe);
  });

  test("the guard of the count: a probe takes the place of another job, and is taken once", async () => {
    await openCircuit();
    await lane(5);
    await sweep(env());
    const probe = await probeOf();
    expect(await takeDueJobs(1, OPEN)).toEqual([probe]);
    expect(await takeDueJobs(2, OPEN)).toHaveLength(2);
    expect(await takeDueJobs(9, OPEN)).toHaveLength(3);
  });

  test("is closed by the success of its probe, and all its jobs go on", async () => {
    const { ids } = await openCircuit();
    await sweep(env());
    const probe = (await probeOf()) ?? 0;
    expect(await processJob(probe, env())).toMatchObject({ outcome: "succeeded" });
    expect(await listPauses()).toEqual([]);
    const others = ids.filter((id) => id !== probe);
    expect(new Set(await takeDueJobs(10, OPEN))).toEqual(new Set(others));
  });

  test("the guard since <= started_at: a success whose call began before the failure doesn't close it", async () => {
    const early = await lane(1, OPENAI);
    const claim = await claimed(early.first);
    await openCircuit();
    expect(await succeedJob(claim, ANSWER, FACTS)).toMatchObject({ status: "succeeded" });
    expect(await listPauses()).toHaveLength(1);
  });

  test("a success of another provider doesn't close it", async () => {
    const other = await lane(1, { provider: "openrouter" });
    await openCircuit();
    await succeedJob(await claimed(other.first), ANSWER, FACTS);
    expect(await listPauses()).toHaveLength(1);
  });

  test("stays open when its probe fails, and the next sweep probes again", async () => {
    const { ids } = await openCircuit();
    const failures = [BAD_KEY, { kind: "json", status: 503, body: {} }, BAD_KEY] as const;
    for (const failure of failures) {
      await sweep(env());
      const probe = (await probeOf()) ?? 0;
      provider.reply(failure);
      expect(await processJob(probe, env())).not.toMatchObject({ outcome: "waiting" });
      expect(await listPauses()).toMatchObject([{ manual: false, probeJobId: null }]);
      for (const id of ids) expect(await waitsFor(id)).toBe("paused");
    }
    expect(provider.requests).toHaveLength(3);
  });

  test("a probe that was cancelled, or failed for good, makes room for the next", async () => {
    await openCircuit();
    await sweep(env());
    const first = (await probeOf()) ?? 0;
    await cancelJob(first);
    await sweep(env());
    const second = (await probeOf()) ?? 0;
    expect(second).not.toBe(first);
    provider.reply({ kind: "json", status: 400, body: { error: { message: "no" } } });
    expect(await processJob(second, env())).toMatchObject({ outcome: "failed" });
    await sweep(env());
    expect([first, second, null]).not.toContain(await probeOf());
  });

  test("the guard of pauses by hand: a success doesn't undo one, and no probe gets past it", async () => {
    const { ids } = await openCircuit();
    await sweep(env());
    const claim = await claimed((await probeOf()) ?? 0);
    await insertPause(OPENAI);
    await execute(sql`update pauses set since = since - interval '1 hour' where manual`);
    await succeedJob(claim, ANSWER, FACTS);
    expect(await listPauses()).toMatchObject([{ provider: "openai", manual: true }]);
    for (const id of ids.filter((id) => id !== claim.jobId)) {
      expect(await waitsFor(id)).toBe("paused");
    }
  });

  test("what is paused by hand is not probed, and a chosen probe waits for the hand too", async () => {
    const { first, modelId } = await openCircuit(1);
    await insertPause({ modelId });
    await sweep(env());
    expect(await probeOf()).toBeNull();
    await resume({ modelId });
    await sweep(env());
    expect(await probeOf()).toBe(first);
    await insertPause({});
    expect(await waitsFor(first)).toBe("paused");
  });

  test("is closed by resuming its provider, by hand", async () => {
    const { first } = await openCircuit();
    expect(await resume({ provider: "openai" })).toEqual([]);
    expect(await waitsFor(first)).toBeUndefined();
  });

  test("the guard of hasJobsDueWithin: a dispatch loop ends where all that is queued is paused", async () => {
    await openCircuit();
    const send = vi.fn();
    const startedMs = performance.now();
    expect(await dispatch(env(), { deadlineMs: Date.now() + 60_000, send })).toBe(0);
    expect(performance.now() - startedMs).toBeLessThan(2_000);
    expect(send).not.toHaveBeenCalled();
  });

  test("a dispatch loop after a sweep sends the probe, and then all the rest", async () => {
    const { ids } = await openCircuit(6);
    await sweep(env());
    const send = async (jobId: number) => {
      const { outcome } = await processJob(jobId, env());
      return { outcome: outcome === "waiting" ? "must_wait" : "accepted" } as const;
    };
    expect(await dispatch(env(), { deadlineMs: Date.now() + 20_000, send })).toBe(6);
    const left = await execute(sql`select from prompt_jobs where status <> 'succeeded'`);
    expect(left).toEqual([]);
    expect(provider.requests).toHaveLength(ids.length);
  });
});
