import "./node-version";
import { parseArgs } from "node:util";
import { closeDatabase } from "@/db/client";
import { expireLeases } from "@/db/job-transitions/rescue";
import { migrateDatabase } from "@/db/migrate";
import { buildApp, isBuildStale } from "./build-app";
import { demoAccount, howToSignIn } from "./demo-account";
import { followBatch } from "./demo-batch";
import { agreeToCost } from "./demo-cost";
import { printSummary } from "./demo-summary";
import { type LocalDatabase, openLocalDatabase } from "./local-database";
import { loadEnvFiles, operatorSecret } from "./local-folder";
import { type NextServer, refuseTakenPort, startNext } from "./next-server";
import { askRealModels, realModelsWithKey, seedSamples } from "./samples";
import { checkSettings } from "./settings";
import { onStopSignal, runMain } from "./stop-signals";

const KEYS = ["OPENAI_API_KEY", "OPENROUTER_API_KEY"] as const;

runMain(async () => {
  const options = readOptions();
  if (options.real) loadEnvFiles();
  refuseFarDatabase();
  const secret = await operatorSecret();
  const port = checkSettings(secret);
  await refuseTakenPort(port);
  const started: { database?: LocalDatabase; app?: NextServer } = {};
  let stopping = false;
  const stop = async () => {
    stopping = true;
    await started.app?.stop();
    await closeDatabase();
    await started.database?.close();
  };
  // An interrupted `--once` has not done what it was asked to: 130, as shells say.
  onStopSignal(stop, options.once ? 130 : 0);
  try {
    const database = await openLocalDatabase();
    started.database = database;
    process.env.DATABASE_URL = database.url;
    await migrateDatabase(process.env.DATABASE_URL_UNPOOLED || database.url);
    step(`Postgres: ${database.description}`);
    await prepareData(options.real, database.isEmbedded);
    const account = await demoAccount();
    if (account) step(`Account: ${account.email}, its password is in .canvass/demo-account`);
    if (await isBuildStale()) {
      console.log("… building the app for production, about half a minute");
      await buildApp();
    }
    const app = await startNext({
      command: "start",
      port,
      env: { ...demoEnvironment(options.real), DATABASE_URL: database.url, CRON_SECRET: secret },
      guard: database.guard,
      output: (line) => stopping || complain(line),
    });
    started.app = app;
    step(`App: ${app.url}`);
    const batch = await followBatch(app.url, secret, () => stopping);
    if (stopping) return;
    await printSummary(batch.batchKey);
    if (options.once) {
      await stop();
      process.exit(batch.complete ? 0 : 1);
    }
    console.log(
      `\nCanvass runs at ${app.url}\n${howToSignIn(app.url, account)}\nAs the operator:  curl -H "Authorization: Bearer ${secret}" "${app.url}/api/jobs/status?limit=5"\nStop with Ctrl-C. The data stays for the next run.`,
    );
    const code = await app.ended;
    if (!stopping) await stop();
    process.exitCode = code ?? 1;
  } catch (error) {
    if (stopping) return;
    await stop();
    throw error;
  }
});

function readOptions() {
  try {
    return parseArgs({
      options: {
        once: { type: "boolean", default: false },
        real: { type: "boolean", default: false },
      },
    }).values;
  } catch {
    throw new Error(
      "The demo takes two options: --once (end when the batch is done) and --real (also ask the providers whose keys are set).",
    );
  }
}

/** It adds questions and switches models off: nothing to do to somebody's installation by mistake. */
function refuseFarDatabase(): void {
  if (!isFar(process.env.DATABASE_URL)) return;
  throw new Error(
    "DATABASE_URL is not on this machine, and the demo changes the database it runs on: unset DATABASE_URL to use the embedded one.",
  );
}

function isFar(url: string | undefined): boolean {
  if (!url || !URL.canParse(url)) return false;
  return !/^(localhost|127\.|\[::1\])/.test(new URL(url).hostname);
}

async function prepareData(isReal: boolean, isEmbedded: boolean): Promise<void> {
  await seedSamples();
  const real = isReal ? realModelsWithKey(process.env) : [];
  if (isReal) await agreeToCost(real);
  const switchedOff = await askRealModels(real);
  step("24 sample questions, 4 simulated models: built in, their answers are made up");
  if (switchedOff > real.length) console.log(`  ${switchedOff} real models are switched off here`);
  // Nobody else runs on the embedded database, so whatever is processing was left by the last run.
  const left = isEmbedded ? await expireLeases() : 0;
  if (left > 0)
    console.log(`  ${left} jobs that the last run left in the middle are taken up again`);
}

function step(text: string): void {
  console.log(`✔ ${text}`);
}

/**
 * Without the keys, unless they are to be used, and without a Redis elsewhere: it holds the jobs of another
 * installation under the same ids. Empty, not absent: Next reads .env files too, and leaves alone what is
 * already there.
 */
function demoEnvironment(isReal: boolean): Record<string, string | undefined> {
  const { REDIS_URL } = process.env;
  const left = [...(isReal ? [] : KEYS), ...(REDIS_URL && !isFar(REDIS_URL) ? [] : ["REDIS_URL"])];
  return { ...process.env, ...Object.fromEntries(left.map((name) => [name, ""])) };
}

/** The app's log is quiet but for what somebody should see. */
function complain(line: string): void {
  if (/"level":"(warn|error|fatal)"|⨯|Error/.test(line)) console.error(line);
}
