import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rescueLostJobs } from "@/lib/jobs/rescue";
import { expectError } from "../api/refusals";
import { makeJob, makeModel, makePrompt, readJob } from "../factories";
import { type FakeProvider, type ScriptedReply, startFakeProvider } from "../fake-provider";
import { ownDatabase } from "../own-database";
import {
  attemptsOf,
  isAlive,
  keepTrafficFromSweeping,
  kill,
  startAppUnderFault,
  until,
} from "./app-under-fault";
import { startTcpProxy, type Way } from "./tcp-proxy";

/** The contract's bound. */
const UNAVAILABLE_WITHIN_MS = 15_000;

/** Generous: the driver tries again ten times a second. */
const RECOVERED_WITHIN_MS = 3_000;

const database = ownDatabase();
let provider: FakeProvider;

beforeAll(async () => {
  provider = await startFakeProvider();
  await keepTrafficFromSweeping();
});
afterAll(() => provider?.close());

/** An app whose way to the database can be broken, and a question that only its jobs ask, in each try. */
async function behindProxy(title: string, env: Record<string, string> = {}) {
  const question = `${title} ${randomUUID()}`;
  const model = await makeModel({ provider: "openai" });
  const prompt = await makePrompt([model.id], { frequency: "manual", question });
  const proxy = await startTcpProxy(database.url);
  const app = await startAppUnderFault(proxy.url, provider, env);
  // Warm, so that there are connections to lose.
  await Promise.all(Array.from({ length: 20 }, () => app.call("GET", "/api/models")));
  return {
    proxy,
    app,
    newJob: async () => (await makeJob({ promptId: prompt.id, modelId: model.id })).id,
    run: (jobId: number) => app.call("POST", "/api/jobs/process", { jobId }),
    calls: () => provider.requests.filter((request) => request.question === question).length,
    end: async () => {
      kill(app);
      await app.stop();
      await proxy.close();
    },
  };
}

describe.concurrent("while the database can't be reached", () => {
  const AWAY: [Way, string][] = [
    ["refused", "its errors are told as unavailable"],
    ["reset", "its errors are told as unavailable"],
    ["hung up", "what wasn't sent in time is never sent"],
    ["blackholed", "each call has a deadline, and its pool is given up"],
    ["requests lost", "each call has a deadline, and its pool is given up"],
  ];

  for (const [away, guard] of AWAY) {
    test(`${away}: 503 within 15 s, nothing claimed or called, and served again at once afterwards (guard: ${guard})`, async () => {
      const { proxy, app, newJob, run, calls, end } = await behindProxy(`Where is it, ${away}?`);
      const jobId = await newJob();

      await proxy.set(away);
      const asked = [
        ...Array.from({ length: 12 }, () => run(jobId)),
        ...["/api/health", "/api/jobs/status", "/api/cron", "/api/cron/sweep"].map((path) =>
          app.call("GET", path),
        ),
      ];
      const startedMs = performance.now();
      for (const reply of await Promise.all(asked)) {
        expectError(reply, "DatabaseUnavailableError", 503);
      }
      expect(performance.now() - startedMs).toBeLessThan(UNAVAILABLE_WITHIN_MS);
      expect(await readJob(jobId)).toMatchObject({ status: "queued", claimCount: 0 });

      await proxy.set("open");
      const openMs = performance.now();
      await until("the database served again", 10, async () => {
        return (await app.call("GET", "/api/health")).status === 200;
      });
      expect(performance.now() - openMs).toBeLessThan(RECOVERED_WITHIN_MS);
      // Whatever waited in the old pool would turn up by now.
      await pause(1_000);
      expect(await readJob(jobId)).toMatchObject({ status: "queued", claimCount: 0 });
      expect(await run(jobId)).toMatchObject({ status: 200, body: { status: "succeeded" } });
      expect(await attemptsOf(jobId)).toEqual(["succeeded"]);
      expect(calls()).toBe(1);
      expect(isAlive(app)).toBe(true);
      await end();
    });
  }

  test("refused for a second, as in a restart: no call waits longer than that for it (guard: the pause before reconnecting doesn't grow)", async () => {
    const { proxy, app, end } = await behindProxy("Where was it for a second?");
    await proxy.set("refused");
    const meanwhile = Array.from({ length: 40 }, () => app.call("GET", "/api/health"));
    await pause(1_000);
    await proxy.set("open");
    const openMs = performance.now();
    await Promise.all([...meanwhile, ...meanwhile.map(() => app.call("GET", "/api/health"))]);
    expect(performance.now() - openMs).toBeLessThan(RECOVERED_WITHIN_MS);
    expect((await app.call("GET", "/api/health")).status).toBe(200);
    await end();
  });

  test("replies lost: a claim that nobody heard of gives 503 within 15 s, no call, and its job back when the lease ends (guard: the rescue)", async () => {
    const { proxy, newJob, run, calls, end } = await behindProxy("Where is the reply?", {
      JOB_LEASE_SECONDS: "2",
    });
    const jobId = await newJob();

    proxy.at("answered", "claim_job(", () => {
      void proxy.set("replies lost");
      return "hold";
    });
    const startedMs = performance.now();
    expectError(await run(jobId), "DatabaseUnavailableError", 503);
    expect(performance.now() - startedMs).toBeLessThan(UNAVAILABLE_WITHIN_MS);
    expect(await readJob(jobId)).toMatchObject({ status: "processing", claimCount: 1 });

    await proxy.set("open");
    // Not by the app's sweep: its dispatch would run the other tests' jobs.
    await until("the lost job was taken back", 10, rescueLostJobs);
    expect(await run(jobId)).toMatchObject({ status: 200, body: { status: "succeeded" } });
    expect(await attemptsOf(jobId)).toEqual(["lost, perhaps paid", "succeeded"]);
    expect(calls()).toBe(1);
    await end();
  });
});

describe("when a connection breaks at a statement", () => {
  const RECORD = "insert into responses";
  const RETRY = "scheduled_for = now() +";
  let broken: Awaited<ReturnType<typeof behindProxy>>;

  beforeAll(async () => {
    broken = await behindProxy("What broke?", { JOB_LEASE_SECONDS: "330" });
  });
  afterAll(() => broken?.end());

  async function runOnce(scripted?: ScriptedReply) {
    const jobId = await broken.newJob();
    provider.reset();
    if (scripted) provider.reply([scripted]);
    const reply = await broken.run(jobId);
    expect(broken.proxy.waits).toBe(false);
    expect(broken.calls()).toBe(1);
    return { reply, job: await readJob(jobId), attempts: await attemptsOf(jobId) };
  }

  for (const [what, statement] of [
    ["claim", "claim_job("],
    ["record of an answer", RECORD],
  ] as const) {
    test(`a ${what} that two resets kept from running is tried again (guard: tryAgain)`, async () => {
      broken.proxy.at("asked", statement, () => {
        broken.proxy.at("asked", statement, () => "reset");
        return "reset";
      });
      const { reply, job, attempts } = await runOnce();
      expect(reply).toMatchObject({
        status: 200,
        body: { success: true, status: "succeeded", entityId: expect.any(Number) },
      });
      expect(job).toMatchObject({ attemptCount: 1, claimCount: 1 });
      expect(attempts).toEqual(["succeeded"]);
    });
  }

  test("a claim whose reply was lost after COMMIT is recognised: one attempt, one call (guard: the caller's token in claim_job)", async () => {
    broken.proxy.at("answered", "claim_job(", () => "reset");
    const { reply, job, attempts } = await runOnce();
    expect(reply).toMatchObject({ status: 200, body: { status: "succeeded" } });
    expect(job).toMatchObject({ attemptCount: 1, claimCount: 1 });
    expect(attempts).toEqual(["succeeded"]);
  });

  test("an answer whose COMMIT's reply was lost is recognised: one response, one attempt (guard: endedOrRecordedBefore)", async () => {
    broken.proxy.at("answered", RECORD, () => "reset");
    const { reply, job, attempts } = await runOnce();
    expect(reply).toMatchObject({
      status: 200,
      body: { success: true, status: "succeeded", entityId: expect.any(Number) },
    });
    expect(job).toMatchObject({ status: "succeeded", attemptCount: 1, claimCount: 1 });
    expect(attempts).toEqual(["succeeded"]);
  });

  test("a retry whose COMMIT's reply was lost is recognised: one attempt, the same time (guard: endedOrRecordedBefore)", async () => {
    broken.proxy.at("answered", RETRY, () => "reset");
    const unwell: ScriptedReply = {
      kind: "json",
      status: 503,
      headers: { "retry-after": "60" },
      body: {},
    };
    const { reply, job, attempts } = await runOnce(unwell);
    expect(reply).toMatchObject({
      status: 200,
      body: { status: "queued", retryAt: job.scheduledFor.toISOString() },
    });
    expect(job).toMatchObject({ status: "queued", attemptCount: 1, claimCount: 1 });
    expect(attempts).toEqual(["retried"]);
  });
});
