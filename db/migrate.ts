import { join } from "node:path";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate } from "drizzle-orm/postgres-js/migrator";
import postgres from "postgres";
import { toConnection } from "./connection";

/** Taken while migrating, so that two deployments at once don't run the same file twice. */
const MIGRATION_LOCK = 7301;

/**
 * Brings the database at `url` to the newest migration; does nothing where it is already there.
 * Needs a direct connection: it holds a session lock. Throws the first statement's error.
 */
export async function migrateDatabase(url: string): Promise<void> {
  const client = postgres(toConnection({ DATABASE_URL: url }).url, {
    max: 1,
    connect_timeout: 10,
    onnotice: () => {},
  });
  try {
    await client`select pg_advisory_lock(${MIGRATION_LOCK})`;
    await migrate(drizzle(client), { migrationsFolder: join(process.cwd(), "migrations") });
  } finally {
    await client.end({ timeout: 5 });
  }
}
