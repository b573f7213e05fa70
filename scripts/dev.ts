import "./node-version";
import { migrateDatabase } from "@/db/migrate";
import { openLocalDatabase } from "./local-database";
import { loadEnvFiles, operatorSecret } from "./local-folder";
import { refuseTakenPort, startNext } from "./next-server";
import { checkSettings } from "./settings";
import { onStopSignal, runMain } from "./stop-signals";

runMain(async () => {
  loadEnvFiles();
  const secret = await operatorSecret();
  const port = checkSettings(secret);
  await refuseTakenPort(port);
  const database = await openLocalDatabase();
  try {
    await migrateDatabase(process.env.DATABASE_URL_UNPOOLED || database.url);
    console.log(`Database     ${database.description}\nCRON_SECRET  ${secret}\n`);
    const next = await startNext({
      command: "dev",
      port,
      env: { ...process.env, DATABASE_URL: database.url, CRON_SECRET: secret },
      guard: database.guard,
      output: "inherit",
    });
    onStopSignal(async () => {
      await next.stop();
      await database.close();
    });
    const code = await next.ended;
    await database.close();
    process.exitCode = code ?? 1;
  } catch (error) {
    await database.close();
    throw error;
  }
});
