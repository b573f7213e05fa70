import { setTimeout as pause } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { execute } from "@/db/client";
import type { TestApp } from "../app";
import { makeModel, makePrompt } from "../factories";
import { type FakeProvider, startFakeProvider } from "../fake-provider";
import {
  figures,
  isAlive,
  letSentJobsBeSentAgain,
  startAppUnderFault,
  until,
  untilFinal,
} from "./app-under-fault";
import { type OwnPostgres, startOwnPostgres } from "./own-postgres";

const BATCH = 40;
const MAX_JOBS = 10;

/** Longer than a tick, and than a dispatch loop waits before it looks again. */
const AWAY_MS = 1_200;

let postgres: OwnPostgres;
let provider: FakeProvider;
let app: TestApp;
let total = 0;

beforeAll(async () => {
  provider = await startFakeProvider();
  postgres = await startOwnPostgres();
  app = await startAppUnderFault(postgres.url, provider, {
    SELF_TICK_SECONDS: "1",
    MAX_CONCURRENT_JOBS: String(MAX_JOBS),
    JOB_LEASE_SECONDS: "20",
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
  // Fewer at a time than the loop may send, so that it looks for more while they run.
  const model = await makeModel({ provider: "openai", maxConcurrency: MAX_JOBS - 2 });
  for (let n = 0; n < BATCH / 20; n++) await makePrompt([model.id], { runs: 20 });
  total += BATCH;
}

async function midBatch(): Promise<void> {
  await until("the middle of the batch", 15, () => provider.requests.length >= BATCH / 3);
}

async function expectAllRunOnce(): Promise<void> {
  await letSentJobsBeSentAgain();
  await untilFinal(total, 20);
  expect(await figures()).toEqual({
    jobs: total,
    succeeded: total,
    responses: total,
    answered: total,
    successes: total,
  });
  // Nothing was given up or left to a rescue.
  const [row] = await execute(sql`select count(*) as attempts from job_attempts`);
  expect(row).toEqual({ attempts: total });
  expect(isAlive(app)).toBe(true);
  expect(app.output.filter((line) => /uncaught|unhandled/i.test(line))).toEqual([]);
  expect(provider.maxInFlight).toBeLessThanOrEqual(MAX_JOBS - 2);
}

test("every backend terminated 20 times in mid-batch: the app lives on and loses no attempt (guard: tryAgain)", async () => {
  await enqueueBatch();
  await midBatch();
  for (let times = 0; times < 20; times++) {
    await execute(sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`);
    await pause(40);
  }
  await expectAllRunOnce();
});

test("Postgres restarted on another port in mid-batch: the app lives on, and its loops too (guard: loops that catch)", async () => {
  await enqueueBatch();
  await midBatch();
  await postgres.restart(AWAY_MS);
  await expectAllRunOnce();
});

test("Postgres crashed in mid-batch: the app lives on, and its loops too, to the next batch (guard: loops that catch)", async () => {
  await enqueueBatch();
  await midBatch();
  await postgres.crash(AWAY_MS);
  await expectAllRunOnce();

  await enqueueBatch();
  await expectAllRunOnce();
});

test("every connection reset 30 times in mid-batch: the app lives on and loses no attempt (guard: tryAgain, and loops that catch)", async () => {
  await enqueueBatch();
  await midBatch();
  for (let times = 0; times < 30; times++) {
    postgres.proxy.resetAll();
    await pause(40);
  }
  await expectAllRunOnce();
});
