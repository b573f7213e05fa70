import { sql } from "drizzle-orm";
import { afterEach, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { OPERATOR_SECRET, type TestApp } from "../app";
import { makeModel, makePrompt } from "../factories";
import { type FakeProvider, startFakeProvider } from "../fake-provider";
import {
  figures,
  kill,
  letSentJobsBeSentAgain,
  PROVIDER_KEY,
  startAppUnderFault,
  until,
  untilFinal,
} from "./app-under-fault";
import { type OwnPostgres, startOwnPostgres } from "./own-postgres";
import { transientFaults } from "./transient-faults";

const MODELS = 4;
const MAX_JOBS = 16;
const MAX_OF_A_MODEL = 5;
const MAX_ATTEMPTS = 20;
const FAULTY_SHARE = 1 / 3;
const POSTS_OF_EACH_JOB = 5;

let provider: FakeProvider;
let postgres: OwnPostgres;
let app: TestApp;
let output: string[];

afterEach(async () => {
  await app?.stop();
  await postgres?.stop();
  await provider?.close();
});

async function start(): Promise<void> {
  app = await startAppUnderFault(postgres.url, provider, {
    SELF_TICK_SECONDS: "1",
    MAX_CONCURRENT_JOBS: String(MAX_JOBS),
    JOB_MAX_ATTEMPTS: String(MAX_ATTEMPTS),
    JOB_LEASE_SECONDS: "4",
  });
}

async function killAndStartAgain(): Promise<void> {
  kill(app);
  await app.stop();
  output.push(...app.output);
  await letSentJobsBeSentAgain();
  await start();
}

/** Posts each job's process call, in another order each time, to whichever app is there. */
async function postAll(jobIds: number[]): Promise<void> {
  for (let n = 0; n < POSTS_OF_EACH_JOB; n++) {
    const queue = jobIds.toSorted(() => Math.random() - 0.5);
    const poster = async () => {
      for (let jobId = queue.pop(); jobId; jobId = queue.pop()) {
        await app.call("POST", "/api/jobs/process", { jobId }).catch(() => undefined);
      }
    };
    await Promise.all(Array.from({ length: 4 }, poster));
  }
}

async function expectNoSecret(lines: string[]): Promise<void> {
  const tables = await execute<{ name: string }>(sql`
    select quote_ident(table_name) as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE'`);
  const rows = tables.map(({ name }) => `select '${name}' as name, t::text as row from ${name} t`);
  for (const secret of [OPERATOR_SECRET, PROVIDER_KEY, new URL(postgres.url).password]) {
    expect(secret.length).toBeGreaterThan(15);
    expect(lines.filter((line) => line.includes(secret))).toEqual([]);
    const found = await execute(
      sql`${sql.raw(`select name from (${rows.join(" union all ")}) r`)} where strpos(row, ${secret}) > 0`,
    );
    expect(found).toEqual([]);
  }
}

async function expectPromiseKept(prompts: number, seconds: number): Promise<void> {
  const total = prompts * MODELS;
  provider = await startFakeProvider();
  postgres = await startOwnPostgres();
  output = [];
  const faults = transientFaults(FAULTY_SHARE);
  provider.reply(faults.rule);
  const models = await Promise.all(
    Array.from({ length: MODELS }, (_, n) =>
      makeModel({ provider: "openai", ...(n === 0 ? { maxConcurrency: MAX_OF_A_MODEL } : {}) }),
    ),
  );
  const modelIds = models.map((model) => model.id);
  for (let n = 0; n < prompts; n++)
    await makePrompt(modelIds, { question: `What is best at ${n}?` });
  await start();

  // The app's own tick may have come first.
  await app.call("GET", "/api/cron");
  const jobs = await execute<{ id: number }>(sql`select id from prompt_jobs`);
  expect(jobs).toHaveLength(total);
  const posts = postAll(jobs.map((job) => job.id));
  const doneShare = (share: number) =>
    until(`${share} of the calls`, seconds, () => provider.requests.length > total * share);
  await doneShare(0.25);
  await killAndStartAgain();
  await doneShare(0.5);
  await postgres.crash(500);
  await letSentJobsBeSentAgain();
  await doneShare(0.75);
  await killAndStartAgain();
  await untilFinal(total, seconds);
  await posts;

  const all = {
    jobs: total,
    succeeded: total,
    responses: total,
    answered: total,
    successes: total,
  };
  expect(await figures()).toEqual(all);
  const [most] = await execute<{ attempts: number; lost: number }>(sql`
    select (select max(attempt_count) from prompt_jobs) as attempts,
      (select count(*) from job_attempts where outcome = 'lost' and may_have_been_paid) as lost`);
  expect(most?.attempts).toBeLessThan(MAX_ATTEMPTS);
  expect(most?.lost).toBeGreaterThan(0);
  expect(faults.faults).toBeGreaterThan(total * FAULTY_SHARE);
  expect(provider.maxInFlight).toBeLessThanOrEqual(MAX_JOBS);
  expect(provider.maxInFlightByModel.get(models[0]?.name ?? "")).toBeLessThanOrEqual(
    MAX_OF_A_MODEL,
  );
  output.push(...app.output);
  expect(output.filter((line) => /uncaught|unhandled/i.test(line))).toEqual([]);
  await expectNoSecret(output);
}

const WHAT =
  "jobs, a third of the calls faulty, the app killed twice, Postgres crashed once, every job posted five times over: all succeed, one response each, no limit passed, no secret in a log or a row (guard: all of them together)";

test(`80 ${WHAT}`, () => expectPromiseKept(20, 40), 60_000);

describe.runIf(process.env.SOAK)("at length", () => {
  test(`400 ${WHAT}`, () => expectPromiseKept(100, 120), 300_000);
});
