import "./node-version";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { findEmbeddedPostgres } from "@/db/embedded";
import { openLocalDatabase } from "./local-database";
import { loadEnvFiles, POSTGRES_FOLDER } from "./local-folder";
import { onStopSignal, runMain } from "./stop-signals";

runMain(async () => {
  loadEnvFiles();
  const running = process.env.DATABASE_URL ? null : await findEmbeddedPostgres(POSTGRES_FOLDER);
  const local = running ? null : await openLocalDatabase();
  const studio = spawn(process.execPath, ["node_modules/drizzle-kit/bin.cjs", "studio"], {
    stdio: "inherit",
    env: { ...process.env, DATABASE_URL: running ?? local?.url },
  });
  onStopSignal(async () => {
    studio.kill("SIGTERM");
    await local?.close();
  });
  await once(studio, "exit");
  await local?.close();
});
