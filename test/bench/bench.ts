import "../../scripts/node-version";
import { mkdtemp } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Table from "cli-table3";
import postgres from "postgres";
import { startEmbeddedPostgres } from "@/db/embedded";
import { migrateDatabase } from "@/db/migrate";
import { buildApp, isBuildStale } from "@/scripts/build-app";
import { startApp, type TestApp } from "../app";
import { type Size, writeHistory } from "./history";

// What looking and asking cost with a million finished jobs behind them, beside the same with few: calls
// of the production build over loopback, one at a time, the two in turn. Ratios travel, milliseconds don't.

const FEW: Size = { days: 14, prompts: 25, models: 8, runs: 5 };
const MANY: Size = { ...FEW, days: 1_000 };

type Side = { app: TestApp; sql: postgres.Sql; jobs: number };

type Measurement = {
  what: string;
  times: number;
  /** Not measured: what a call needs anew. */
  before?: (side: Side) => Promise<unknown>;
  call: (side: Side) => Promise<{ status: number }>;
};

const today = () => daysAgo(0);
const daysAgo = (days: number) =>
  new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
const anyPrompt = () => `prompt-${1 + Math.floor(Math.random() * FEW.prompts)}x`;

const MEASUREMENTS: readonly Measurement[] = [
  {
    what: "GET /api/health (the floor)",
    times: 100,
    call: ({ app }) => app.raw("/api/health"),
  },
  {
    what: "status of one job",
    times: 200,
    call: ({ app, jobs }) =>
      app.call("GET", `/api/jobs/status/${1 + Math.floor(Math.random() * jobs)}`),
  },
  {
    what: "status of a batch, 20 jobs of it",
    times: 50,
    call: ({ app }) => app.call("GET", `/api/jobs/status?batchKey=${today()}&limit=20`),
  },
  {
    what: "a batch of 1,000 jobs",
    times: 50,
    call: ({ app }) => app.call("GET", `/api/jobs/batches/${today()}`),
  },
  {
    what: "the last 14 batches",
    times: 20,
    call: ({ app }) => app.call("GET", "/api/jobs/batches?limit=14"),
  },
  {
    what: "enqueue by a run of 40 jobs",
    times: 50,
    call: ({ app }) => app.call("POST", `/api/prompts/${anyPrompt()}/runs`, { force: true }),
  },
  {
    what: "join a run in flight",
    times: 50,
    call: ({ app }) => app.call("POST", `/api/prompts/${anyPrompt()}/runs`, {}),
  },
  {
    what: "enqueue by the cron, 1,000 jobs",
    times: 20,
    before: async ({ sql }) => {
      // As tomorrow's first call would find it: a new window, an empty key.
      await sql`delete from prompt_jobs where batch_key = ${today()}`;
      await sql`update prompts set last_window = '2000-01-01'`;
      // The sweep that the last call began after its answer.
      await sleep(300);
    },
    call: ({ app }) => app.call("GET", "/api/cron"),
  },
  {
    what: "answer, in flight",
    times: 50,
    call: ({ app }) => app.call("GET", `/api/prompts/${anyPrompt()}/answer`),
  },
  {
    what: "answer, ready",
    times: 50,
    before: ({ sql }) => sql`with done as (
        update prompt_jobs set status = 'succeeded', finished_at = now(), entity_id = 1
        where status = 'queued' returning *
      )
      insert into responses (job_id, prompt_id, model_id, batch_key, run_index, attempt, claim_token,
        prompt_version, instructions_version, parser_version, outcome, raw_text, answer, entity_id,
        settings, latency_ms)
      select id, prompt_id, model_id, batch_key, run_index, 1, gen_random_uuid(), 1, 1, 1, 'named', '',
        '', 1, '{}', 1 from done`,
    call: ({ app }) => app.call("GET", `/api/prompts/${anyPrompt()}/answer`),
  },
  {
    what: "trend of 30 days, 40 answers a day",
    times: 50,
    call: ({ app }) => app.call("GET", "/api/prompts/1/trend"),
  },
  {
    what: "trend of 365 days",
    times: 20,
    call: ({ app }) => app.call("GET", `/api/prompts/1/trend?from=${daysAgo(364)}`),
  },
  {
    what: "models of 30 days side by side",
    times: 20,
    call: ({ app }) => app.call("GET", "/api/prompts/1/models"),
  },
  {
    what: "100 stored answers",
    times: 20,
    call: ({ app }) => app.call("GET", "/api/prompts/1/responses"),
  },
  {
    what: "queue stats",
    times: 50,
    call: ({ app }) => app.call("GET", "/api/jobs/queue/stats"),
  },
  {
    what: "cancel 10,000 queued jobs by batch",
    times: 5,
    before: ({ sql }) => sql`insert into prompt_jobs (prompt_id, model_id, run_index, batch_key)
      select 1, 1, (select coalesce(max(run_index), 0) from prompt_jobs where batch_key = 'bench') + n,
        'bench' from generate_series(1, 10000) n`,
    call: ({ app }) =>
      app.call("POST", "/api/jobs/cancel", { batchKey: "bench", status: "queued" }),
  },
  {
    what: "a batch of 80,000 jobs",
    times: 20,
    call: ({ app }) => app.call("GET", "/api/jobs/batches/bench"),
  },
];

async function open(serverUrl: string, name: string, size: Size): Promise<Side> {
  const url = new URL(serverUrl);
  const administrator = postgres(serverUrl, { max: 1 });
  await administrator`create database ${administrator(name)}`;
  await administrator.end();
  url.pathname = `/${name}`;
  await migrateDatabase(url.href);
  await writeHistory(url.href, size);
  const app = await startApp(url.href, { SELF_TICK_SECONDS: "0" });
  const jobs = size.days * size.prompts * size.models * size.runs;
  return { app, sql: postgres(url.href, { max: 1, onnotice: () => {} }), jobs };
}

async function measure({ what, times, before, call }: Measurement, sides: readonly Side[]) {
  const taken = sides.map((): number[] => []);
  for (let n = 0; n < times + 3; n++) {
    for (const [index, side] of sides.entries()) {
      await before?.(side);
      const startMs = performance.now();
      const { status } = await call(side);
      const tookMs = performance.now() - startMs;
      if (status >= 300) throw new Error(`${what}: HTTP ${status}`);
      // The first calls warm up code, plans and caches.
      if (n >= 3) taken[index]?.push(tookMs);
    }
  }
  return taken.map((all) => ({ median: quantile(all, 0.5), high: quantile(all, 0.95) }));
}

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;
}

if (await isBuildStale()) {
  console.log("… building the app");
  await buildApp();
}
const server = await startEmbeddedPostgres({
  dataDir: await mkdtemp(join(tmpdir(), "canvass-bench-")),
  durable: true,
  maxConnections: 100,
  temporary: true,
});
const sides: Side[] = [];
try {
  console.log(
    `… writing 14,000 and 1,000,000 finished jobs; ${cpus().length} cores, durable Postgres`,
  );
  sides.push(await open(server.url, "few", FEW), await open(server.url, "many", MANY));
  const table = new Table({
    head: ["", "14,000: median, 95 %", "1,000,000: median, 95 %", "ratio of medians"],
    colAligns: ["left", "right", "right", "right"],
    style: { head: [], border: [] },
  });
  const ms = (figure: number | undefined) => (figure ?? Number.NaN).toFixed(1);
  for (const measurement of MEASUREMENTS) {
    const [few, many] = await measure(measurement, sides);
    table.push([
      measurement.what,
      `${ms(few?.median)}, ${ms(few?.high)} ms`,
      `${ms(many?.median)}, ${ms(many?.high)} ms`,
      ((many?.median ?? Number.NaN) / (few?.median ?? Number.NaN)).toFixed(2),
    ]);
    console.log(`  ${measurement.what}`);
  }
  console.log(table.toString());
} finally {
  for (const { app, sql } of sides) {
    await app.stop();
    await sql.end();
  }
  await server.stop();
}
