import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { TestApp } from "../app";
import { ageJob, makeJob, makeModel, makePrompt, readJob } from "../factories";
import { type FakeProvider, startFakeProvider } from "../fake-provider";
import { ownDatabase } from "../own-database";
import { attemptsOf, figures, isAlive, kill, startAppUnderFault, until } from "./app-under-fault";
import { type Moment, startTcpProxy, type TcpProxy } from "./tcp-proxy";

const RECORD = "insert into responses";
const RESCUE = "Its worker vanished, and no attempt is left";

const database = ownDatabase();
let provider: FakeProvider;
let proxy: TcpProxy;
let place: { promptId: number; modelId: number };
/** Each test kills the one it finds, and leaves the one that it started again to the next. */
let app: TestApp;

const start = () =>
  startAppUnderFault(proxy.url, provider, { SELF_TICK_SECONDS: "1", JOB_LEASE_SECONDS: "2" });

beforeAll(async () => {
  provider = await startFakeProvider();
  proxy = await startTcpProxy(database.url);
  const model = await makeModel({ provider: "openai", name: "gpt-killed" });
  const prompt = await makePrompt([model.id], { frequency: "manual" });
  place = { promptId: prompt.id, modelId: model.id };
  app = await start();
});
afterAll(async () => {
  await app?.stop();
  await proxy?.close();
  await provider?.close();
});
beforeEach(() => provider.reset());

/** Makes the app run a job that nobody expects a reply about. */
function run(jobId: number): void {
  app.call("POST", "/api/jobs/process", { jobId }).catch(() => undefined);
}

function killAt(moment: Moment, statement: string): void {
  proxy.at(moment, statement, () => {
    kill(app);
    return "hold";
  });
}

/** Starts the app that was killed; meanwhile a second of the jobs' leases passes. */
async function startAgain(jobId: number): Promise<void> {
  await until("the app was killed", 10, () => !isAlive(app));
  await ageJob(jobId, 1);
  await app.stop();
  app = await start();
}

async function untilDone(jobId: number) {
  return until("the job is final", 15, async () => {
    const job = await readJob(jobId);
    return job.finishedAt && job;
  });
}

async function expectOneResponseEach() {
  const now = await figures();
  expect(now).toMatchObject({ responses: now?.succeeded, answered: now?.succeeded });
}

describe("the app killed with SIGKILL and started again", () => {
  const POINTS = [
    {
      when: "after the claim",
      guard: "the lease and the rescue",
      arm: () => killAt("answered", "claim_job("),
      attempts: ["lost, perhaps paid", "succeeded"],
      calls: 1,
    },
    {
      when: "during the call",
      guard: "the lease and the rescue",
      arm: () =>
        provider.reply(({ at: _ }) => {
          if (provider.requests.length > 1) return undefined;
          kill(app);
          return { kind: "hang" };
        }),
      attempts: ["lost, perhaps paid", "succeeded"],
      calls: 2,
    },
    {
      when: "after the call before the store",
      guard: "the lease and the rescue",
      arm: () => killAt("asked", RECORD),
      attempts: ["lost, perhaps paid", "succeeded"],
      calls: 2,
    },
    {
      when: "after the store before the reply",
      guard: "answer, attempt and end of the claim are one statement",
      arm: () => killAt("answered", RECORD),
      attempts: ["succeeded"],
      calls: 1,
    },
  ];

  for (const { when, guard, arm, attempts, calls } of POINTS) {
    test(`${when}: the job succeeds, with one response and ${attempts.length} attempts (guard: ${guard})`, async () => {
      const { id } = await makeJob(place);
      arm();
      run(id);
      await startAgain(id);
      const job = await untilDone(id);
      expect(job).toMatchObject({
        status: "succeeded",
        attemptCount: attempts.length,
        claimCount: attempts.length,
      });
      expect(await attemptsOf(id)).toEqual(attempts);
      expect(provider.requests).toHaveLength(calls);
      expect(proxy.waits).toBe(false);
      await expectOneResponseEach();
    });
  }

  test("during the last attempt's call: the job fails as lost, perhaps paid, and is not called again (guard: attempts are counted by the claim)", async () => {
    const { id } = await makeJob({ ...place, maxAttempts: 1 });
    provider.reply(() => {
      kill(app);
      return { kind: "hang" };
    });
    run(id);
    await startAgain(id);
    provider.reply(() => undefined);
    expect(await untilDone(id)).toMatchObject({ status: "failed", errorCode: "lost" });
    expect(await attemptsOf(id)).toEqual(["lost, perhaps paid"]);
    expect(provider.requests).toHaveLength(1);
    await expectOneResponseEach();
  });

  for (const [when, moment] of [
    ["before its rescue ran", "asked"],
    ["after its rescue ran", "answered"],
  ] as const) {
    test(`during a sweep, ${when}: the lost job is rescued once and succeeds (guard: a rescue is one statement)`, async () => {
      const { id } = await makeJob(place);
      killAt("answered", "claim_job(");
      run(id);
      await until("the app was killed", 10, () => !isAlive(app));
      killAt(moment, RESCUE);
      await startAgain(id);
      await startAgain(id);
      expect(await untilDone(id)).toMatchObject({
        status: "succeeded",
        attemptCount: 2,
        claimCount: 2,
      });
      expect(await attemptsOf(id)).toEqual(["lost, perhaps paid", "succeeded"]);
      expect(provider.requests).toHaveLength(1);
      expect(proxy.waits).toBe(false);
      await expectOneResponseEach();
    });
  }
});
