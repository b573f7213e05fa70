import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { execute } from "@/db/client";
import type { TestApp } from "../app";
import { makeModel, makePrompt } from "../factories";
import { type FakeProvider, startFakeProvider } from "../fake-provider";
import { figures, isAlive, startAppUnderFault, until, untilFinal } from "./app-under-fault";
import { type OwnPostgres, startOwnPostgres } from "./own-postgres";

const BATCH = 60;

let postgres: OwnPostgres;
let provider: FakeProvider;
let app: TestApp;
let total = 0;

beforeAll(async () => {
  provider = await startFakeProvider();
  postgres = await startOwnPostgres();
  app = await startAppUnderFault(postgres.url, provider, {
    SELF_TICK_SECONDS: "1",
    MAX_CONCURRENT_JOBS: "10",
    JOB_LEASE_SECONDS: "5",
  });
});
afterAll(async () => {
  await app?.stop();
  await postgres?.stop();
  await provider?.close();
});

beforeEach(() => {
  provider.reset();
  provider.reply(() => ({ kind: "answer", delayMs: 150 }));
});

/** Nobody calls the app: its own ticks enqueue what is due, and their dispatch loop runs it. */
async function enqueueBatch(): Promise<void> {
  const model = await makeModel({ provider: "openai" });
  for (let n = 0; n < BATCH / 20; n++) await makePrompt([model.id], { runs: 20 });
  total += BATCH;
}

async function midBatch(): Promise<void> {
  await until("the middle of the batch", 15, () => provider.requests.length >= BATCH / 3);
}

async function expectAllRunOnce(): Promise<void> {
  await untilFinal(total, 30);
  expect(await figures()).toEqual({
    jobs: total,
    succeeded: total,
    responses: total,
    answered: total,
    successes: total,
  });
  expect(isAlive(app)).toBe(true);
  expect(app.output.filter((line) => /uncaught|unhandled/i.test(line))).toEqual([]);
  expect(provider.maxInFlight).toBeLessThanOrEqual(10);
}

test("every backend terminated in mid-batch, twice: the app lives on and the batch finishes (guard: tryAgain, and loops that catch)", async () => {
  await enqueueBatch();
  await midBatch();
  for (let times = 0; times < 2; times++) {
    await execute(sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`);
  }
  await expectAllRunOnce();
});

test("Postgres restarted on another port in mid-batch: the app lives on and the batch finishes (guard: tryAgain, and loops that catch)", async () => {
  await enqueueBatch();
  await midBatch();
  await postgres.restart();
  await expectAllRunOnce();
});

test("Postgres crashed in mid-batch: same process, and its ticks and dispatch loop go on, to the next batch too (guard: loops that catch)", async () => {
  await enqueueBatch();
  await midBatch();
  await postgres.crash();
  await expectAllRunOnce();

  await enqueueBatch();
  await expectAllRunOnce();
});

test("connections reset 30 times in mid-batch: no write to a dead socket ends the process (guard: patches/postgres, porsager/postgres#1154)", async () => {
  await enqueueBatch();
  await midBatch();
  for (let times = 0; times < 30; times++) {
    postgres.proxy.resetAll();
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  await expectAllRunOnce();
});
