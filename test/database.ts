import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import postgres from "postgres";
import { inject } from "vitest";

/** Postgres itself waits 5 s before each refusal. */
const CLONE_TRIES = 3;
const CLONE_PAUSE_MS = 100;
/** SQLSTATE of a template that someone is connected to or that is just being altered. */
const OBJECT_IN_USE = "55006";

export interface TestDatabase {
  readonly url: string;
  /** Drops the database and cuts off whoever is still connected to it. */
  drop(): Promise<void>;
}

/**
 * A migrated, empty database of one's own, cloned from the run's template in 20–50 ms. Call it in
 * `beforeAll` of a test file, and `drop` in `afterAll`.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const template = inject("testTemplate");
  const name = `${template}_${randomBytes(6).toString("hex")}`;
  const url = new URL(inject("testServerUrl"));
  await onServer(async (sql) => {
    for (let attempt = 1; ; attempt++) {
      try {
        // file_copy makes a checkpoint of the whole server: 120–220 ms once other tests have written.
        await sql`create database ${sql(name)} template ${sql(template)} strategy wal_log`;
        return;
      } catch (error) {
        const busy = error instanceof postgres.PostgresError && error.code === OBJECT_IN_USE;
        if (!busy || attempt === CLONE_TRIES) throw error;
        await pause(CLONE_PAUSE_MS);
      }
    }
  });
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () => onServer((sql) => sql`drop database if exists ${sql(name)} with (force)`),
  };
}

async function onServer(work: (sql: postgres.Sql) => Promise<unknown>): Promise<void> {
  const sql = postgres(inject("testServerUrl"), { max: 1, onnotice: () => {} });
  try {
    await work(sql);
  } finally {
    await sql.end();
  }
}
