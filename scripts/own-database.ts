import { closeDatabase } from "@/db/client";
import { readMigrationUrl } from "@/db/connection";
import { findEmbeddedPostgres } from "@/db/embedded";
import { migrateDatabase } from "@/db/migrate";
import { openLocalDatabase } from "./local-database";
import { loadEnvFiles, POSTGRES_FOLDER } from "./local-folder";

/** Does a command's work on the database that dev and demo use, brought up to date, beside them or alone. */
export async function withOwnDatabase(work: () => Promise<void>): Promise<void> {
  loadEnvFiles();
  // A dev or demo server that runs here holds the embedded database: join it.
  const running = process.env.DATABASE_URL ? null : await findEmbeddedPostgres(POSTGRES_FOLDER);
  const local = running ? null : await openLocalDatabase();
  try {
    process.env.DATABASE_URL = running ?? local?.url;
    await migrateDatabase(readMigrationUrl());
    await work();
  } finally {
    await closeDatabase();
    await local?.close();
  }
}
