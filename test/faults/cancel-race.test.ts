import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { arrayLiteral, execute } from "@/db/client";
import type { TestApp } from "../app";
import { attemptsOf, responsesOf } from "../claims";
import { makeJobs, makeModel, makePrompt, readJob } from "../factories";
import { type FakeProvider, startFakeProvider } from "../fake-provider";
import { ownDatabase } from "../own-database";
import { keepTrafficFromSweeping, startAppUnderFault, until } from "./app-under-fault";

const database = ownDatabase();
let provider: FakeProvider;
/** Two machines: one runs the jobs, the other one is asked to cancel them. */
let worker: TestApp;
let canceller: TestApp;

beforeAll(async () => {
  provider = await startFakeProvider();
  await keepTrafficFromSweeping();
  const env = { MODEL_TIMEOUT_SECONDS: "60", JOB_LEASE_SECONDS: "120" };
  [worker, canceller] = await Promise.all([
    startAppUnderFault(database.url, provider, env),
    startAppUnderFault(database.url, provider, env),
  ]);
});
afterAll(async () => {
  await Promise.all([worker?.stop(), canceller?.stop()]);
  await provider?.close();
});
beforeEach(() => provider.reset());

async function queued(count: number): Promise<number[]> {
  const model = await makeModel({ provider: "openai" });
  const prompt = await makePrompt([model.id], { frequency: "manual" });
  return makeJobs(count, { promptId: prompt.id, modelId: model.id });
}

const run = (jobId: number) => worker.call("POST", "/api/jobs/process", { jobId });
const cancel = (jobId: number) => canceller.call("POST", `/api/jobs/cancel/${jobId}`);

test("500 cancels that race an answer have one winner each, and both replies tell the truth (guard: status and token in both statements)", async () => {
  const ids = await queued(500);
  const raced = [...ids];
  const wins = { cancelled: 0, succeeded: 0 };
  let cancelWithinMs = 60;
  const race = async (id: number): Promise<void> => {
    const running = run(id);
    // Some cancels come before the claim, most of them about when the answer is stored: a
    // cancel that won leaves the next answer more time, so that both win on any machine.
    await new Promise((resolve) => setTimeout(resolve, Math.random() * cancelWithinMs));
    const [cancelled, ran] = await Promise.all([cancel(id), running]);
    const { status } = await readJob(id);
    if (status !== "cancelled" && status !== "succeeded") throw new Error(`job ${id} is ${status}`);
    wins[status] += 1;
    cancelWithinMs *= status === "cancelled" ? 1.05 : 1 / 1.05;
    expect(cancelled.status).toBe(status === "cancelled" ? 200 : 409);
    if (status === "succeeded") expect(cancelled.body.currentStatus).toBe("succeeded");
    expect(ran.body).toMatchObject({ success: true, jobId: id, status });
    expect(await responsesOf(id)).toBe(status === "succeeded" ? 1 : 0);
  };
  provider.reply(() => ({ kind: "answer", delayMs: 5 }));
  const racers = Array.from({ length: 10 }, async () => {
    for (let id = ids.pop(); id !== undefined; id = ids.pop()) await race(id);
  });
  await Promise.all(racers);
  expect(wins.cancelled + wins.succeeded).toBe(500);
  expect(Math.min(wins.cancelled, wins.succeeded)).toBeGreaterThan(20);
  const [row] = await execute(sql`select count(r.id) as answers,
      count(*) filter (where j.status = 'succeeded') as succeeded
    from prompt_jobs j left join responses r on r.job_id = j.id
    where j.id = any(${arrayLiteral(raced)}::bigint[])`);
  expect(row).toEqual({ answers: wins.succeeded, succeeded: wins.succeeded });
});

test("a call of 30 s is closed at its provider when another machine cancels it; restarted, it succeeds with one answer", async () => {
  const [id = 0] = await queued(1);
  provider.reply([{ kind: "answer", delayMs: 30_000 }, { kind: "answer" }]);
  const running = run(id);
  await until("the call", 10, () => provider.requests.length === 1);
  expect((await cancel(id)).status).toBe(200);
  await until(
    "the provider to see the connection close",
    10,
    () => provider.requests[0]?.closedEarly,
  );
  expect((await running).body).toMatchObject({ jobId: id, status: "cancelled" });

  expect((await canceller.call("POST", `/api/jobs/restart/${id}`)).status).toBe(200);
  await until(
    "the second call's answer",
    10,
    async () => (await readJob(id)).status === "succeeded",
  );
  expect(provider.requests).toHaveLength(2);
  expect(await responsesOf(id)).toBe(1);
  expect((await attemptsOf(id)).map((attempt) => attempt.outcome)).toEqual([
    "cancelled",
    "succeeded",
  ]);
});

test("cancelled and restarted before its call comes back, nothing of that call is stored (guard: the claim's token)", async () => {
  const [id = 0] = await queued(1);
  let calls = 0;
  // Quicker than the watch that would close the first call: it comes back, and too late.
  provider.reply(() => {
    calls += 1;
    return calls === 1
      ? { kind: "answer", answer: "Too late", entities: ["Late"], delayMs: 700 }
      : { kind: "answer", answer: "In time", entities: ["Timely"], delayMs: 900 };
  });
  const running = run(id);
  await until("the call", 10, () => provider.requests.length === 1);
  await cancel(id);
  await canceller.call("POST", `/api/jobs/restart/${id}`);
  await until("the second call", 10, () => provider.requests.length === 2);
  expect((await running).body).toMatchObject({ success: true, jobId: id });
  await until(
    "the second call's answer",
    10,
    async () => (await readJob(id)).status === "succeeded",
  );
  const answers = await execute(sql`select answer, attempt from responses where job_id = ${id}`);
  expect(answers).toEqual([{ answer: "In time", attempt: 2 }]);
  expect(await execute(sql`select from entities where name = 'Late'`)).toEqual([]);
});
