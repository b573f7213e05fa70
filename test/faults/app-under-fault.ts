import { setTimeout as pause } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { execute } from "@/db/client";
import { identifyProcess } from "@/db/embedded-guard";
import { startApp, type TestApp } from "../app";
import type { FakeProvider } from "../fake-provider";

export const PROVIDER_KEY = "sk-faults-0123456789abcdef";

/**
 * The app as a child process that a test may break: no tick of its own unless told, and every
 * statement's text goes over the wire, where the proxy can see it.
 */
export function startAppUnderFault(
  databaseUrl: string,
  provider: FakeProvider,
  env: Record<string, string> = {},
): Promise<TestApp> {
  return startApp(databaseUrl, {
    DATABASE_PREPARE: "false",
    OPENAI_API_KEY: PROVIDER_KEY,
    OPENAI_BASE_URL: provider.url,
    SELF_TICK_SECONDS: "0",
    MODEL_TIMEOUT_SECONDS: "1",
    JOB_LEASE_SECONDS: "3",
    RETRY_BASE_MS: "20",
    ...env,
  });
}

/** Any authenticated request may start a sweep, and its dispatch would run jobs that a test looks at. */
export async function keepTrafficFromSweeping(): Promise<void> {
  await execute(sql`
    insert into maintenance (duty, started_at) values ('sweep', now() + interval '1 hour')`);
}

/**
 * Lets pass the 30 s for which a job is left alone that was sent out and not claimed: its claim failed,
 * or the reply that named it to its dispatch loop was lost.
 */
export async function letSentJobsBeSentAgain(): Promise<void> {
  await execute(sql`
    update prompt_jobs set dispatched_at = dispatched_at - interval '30 seconds'
    where status = 'queued'`);
}

/** Ends the app as a crash of its machine would: no handler runs, nothing is flushed. */
export function kill(app: TestApp): void {
  // Next runs in a process group of its own.
  if (isAlive(app)) process.kill(-app.pid, "SIGKILL");
}

export function isAlive(app: TestApp): boolean {
  return identifyProcess(app.pid) !== null;
}

/** Tries until `check` gives something; throws after `seconds`, with what was waited for. */
export async function until<T>(
  what: string,
  seconds: number,
  check: () => Promise<T | null | undefined | false> | T | null | undefined | false,
): Promise<T> {
  for (const end = Date.now() + seconds * 1_000; Date.now() < end; await pause(50)) {
    const found = await check();
    if (found) return found;
  }
  throw new Error(`waited ${seconds} s in vain: ${what}`);
}

/** Waits until each of `total` jobs is final. */
export function untilFinal(total: number, seconds: number): Promise<true> {
  return until(`${total} final jobs`, seconds, async () => {
    const [row] = await execute<{ final: number }>(
      sql`select count(*) as final from prompt_jobs where finished_at is not null`,
    ).catch(() => []);
    return row?.final === total;
  });
}

/** What the whole database holds, in figures. */
export async function figures() {
  const [row] = await execute<Record<string, number>>(sql`
    select count(*) as jobs, count(*) filter (where status = 'succeeded') as succeeded,
      (select count(*) from responses) as responses,
      (select count(distinct job_id) from responses) as answered,
      (select count(*) from job_attempts where outcome = 'succeeded') as successes
    from prompt_jobs`);
  return row;
}

/** The attempts of a job as their outcomes, in order. */
export async function attemptsOf(jobId: number) {
  const rows = await execute<{ outcome: string; may_have_been_paid: boolean }>(sql`
    select outcome, may_have_been_paid from job_attempts where job_id = ${jobId}::bigint
    order by attempt`);
  return rows.map((row) => row.outcome + (row.may_have_been_paid ? ", perhaps paid" : ""));
}
