import "./node-version";
import { parseArgs } from "node:util";
import { closeDatabase } from "@/db/client";
import { migrateDatabase } from "@/db/migrate";
import { buildApp, isBuildStale } from "./build-app";
import { followBatch } from "./demo-batch";
import { agreeToCost } from "./demo-cost";
import { printSummary } from "./demo-summary";
import { type LocalDatabase, openLocalDatabase } from "./local-database";
import { loadEnvFiles, operatorSecret } from "./local-folder";
import { type NextServer, startNext } from "./next-server";
import { askRealModels, realModelsWithKey, seedSamples } from "./samples";
import { onStopSignal, runMain } from "./stop-signals";

const KEYS = ["OPENAI_API_KEY", "OPENROUTER_API_KEY"] as const;

runMain(async () => {
  const { values: options } = parseArgs({
    options: {
      once: { type: "boolean", default: false },
      real: { type: "boolean", default: false },
    },
  });
  if (options.real) loadEnvFiles();
  const port = Number(process.env.PORT || 3000);
  const done: { database?: LocalDatabase; app?: NextServer } = {};
  const stop = async () => {
    await done.app?.stop();
    await closeDatabase();
    await done.database?.close();
  };
  onStopSignal(stop);
  try {
    const database = await openLocalDatabase();
    done.database = database;
    process.env.DATABASE_URL = database.url;
    await migrateDatabase(process.env.DATABASE_URL_UNPOOLED || database.url);
    step(`Postgres: ${database.description}`);
    await seedSamples();
    const real = options.real ? realModelsWithKey(process.env) : [];
    if (options.real) await agreeToCost(real);
    await askRealModels(real);
    step("24 sample questions, 4 simulated models: built in, their answers are made up");
    if (await isBuildStale()) {
      console.log("… building the app for production, about half a minute");
      await buildApp();
    }
    const secret = await operatorSecret();
    const app = await startNext({
      command: "start",
      port,
      env: { ...withoutKeys(options.real), DATABASE_URL: database.url, CRON_SECRET: secret },
      guard: database.guard,
      output: complain,
    });
    done.app = app;
    step(`App: ${app.url}`);
    const batch = await followBatch(app.url, secret);
    await printSummary(batch.batchKey);
    if (options.once) {
      await stop();
      process.exit(batch.complete ? 0 : 1);
    }
    console.log(
      `\nCanvass runs at ${app.url}\nAs the operator:  curl -H "Authorization: Bearer ${secret}" "${app.url}/api/jobs/status?limit=5"\nStop with Ctrl-C. The data stays in .canvass for the next run.`,
    );
    const code = await app.ended;
    await stop();
    process.exitCode = code ?? 1;
  } catch (error) {
    await stop();
    throw error;
  }
});

function step(text: string): void {
  console.log(`✔ ${text}`);
}

/** Empty, not absent: Next reads .env files too, and leaves alone what is already there. */
function withoutKeys(keep: boolean): Record<string, string | undefined> {
  return keep ? process.env : { ...process.env, ...Object.fromEntries(KEYS.map((k) => [k, ""])) };
}

/** The app's log is quiet but for what somebody should see. */
function complain(line: string): void {
  if (/"level":"(warn|error|fatal)"|⨯|Error/.test(line)) console.error(line);
}
