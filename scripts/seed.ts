import "./node-version";
import { closeDatabase } from "@/db/client";
import { readMigrationUrl } from "@/db/connection";
import { findEmbeddedPostgres } from "@/db/embedded";
import { migrateDatabase } from "@/db/migrate";
import { openLocalDatabase } from "./local-database";
import { loadEnvFiles, POSTGRES_FOLDER } from "./local-folder";
import { seedSamples } from "./samples";
import { runMain } from "./stop-signals";

runMain(async () => {
  loadEnvFiles();
  // A dev or demo server that runs here holds the embedded database: join it.
  const running = process.env.DATABASE_URL ? null : await findEmbeddedPostgres(POSTGRES_FOLDER);
  const local = running ? null : await openLocalDatabase();
  try {
    process.env.DATABASE_URL = running ?? local?.url;
    await migrateDatabase(readMigrationUrl());
    const added = await seedSamples();
    console.log(`Added ${added} sample questions and switched on 4 simulated models.`);
  } finally {
    await closeDatabase();
    await local?.close();
  }
});
