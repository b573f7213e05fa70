import "./node-version";
import { readMigrationUrl } from "@/db/connection";
import { findEmbeddedPostgres } from "@/db/embedded";
import { migrateDatabase } from "@/db/migrate";
import { openLocalDatabase } from "./local-database";
import { loadEnvFiles, POSTGRES_FOLDER } from "./local-folder";
import { runMain } from "./stop-signals";

runMain(async () => {
  loadEnvFiles();
  if (process.env.DATABASE_URL || process.env.DATABASE_URL_UNPOOLED) {
    process.env.DATABASE_URL ||= process.env.DATABASE_URL_UNPOOLED;
    await migrateDatabase(readMigrationUrl());
  } else {
    const running = await findEmbeddedPostgres(POSTGRES_FOLDER);
    const local = running ? null : await openLocalDatabase();
    try {
      await migrateDatabase(running ?? local?.url ?? "");
    } finally {
      await local?.close();
    }
  }
  console.log("The database is up to date.");
});
