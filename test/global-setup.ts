import { randomBytes } from "node:crypto";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import type { TestProject } from "vitest/node";
import { startEmbeddedPostgres } from "../db/embedded";
import { migrateDatabase } from "../db/migrate";
import { buildApp, isBuildStale } from "../scripts/build-app";

declare module "vitest" {
  interface ProvidedContext {
    /** Address of the server that the tests use, as a user that may create databases. */
    testServerUrl: string;
    /** Name of the migrated database that `createTestDatabase` clones. */
    testTemplate: string;
  }
}

const MAX_CONNECTIONS = 300;

/**
 * One Postgres for the whole run: the one at TEST_DATABASE_URL, else an embedded one in a temporary
 * folder. Gives the tests a migrated template; returns what vitest calls at the end.
 */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  // For the tests that call the real app over HTTP.
  if (await isBuildStale()) await buildApp();
  const given = process.env.TEST_DATABASE_URL;
  const embedded = given
    ? null
    : await startEmbeddedPostgres({
        dataDir: await mkdtemp(join(tmpdir(), "canvass-test-")),
        durable: false,
        maxConnections: MAX_CONNECTIONS,
        temporary: true,
      });
  const serverUrl = given ?? embedded?.url ?? "";
  const template = `canvass_test_${randomBytes(4).toString("hex")}`;
  const url = new URL(serverUrl);
  url.pathname = `/${template}`;
  await administer(serverUrl, async (sql) => {
    await sql`create database ${sql(template)}`;
    await migrateDatabase(url.href);
    // A template that nobody can enter is never busy when a test clones it.
    await sql`alter database ${sql(template)} with allow_connections false`;
  });
  project.provide("testServerUrl", serverUrl);
  project.provide("testTemplate", template);
  return async () => {
    if (embedded) await embedded.stop();
    else await administer(serverUrl, (sql) => dropAll(sql, template));
  };
}

/** The template, and its clones that a test file left behind; their names begin with its name. */
async function dropAll(sql: postgres.Sql, template: string): Promise<void> {
  const left = await sql<{ datname: string }[]>`
    select datname from pg_database where starts_with(datname, ${template})`;
  for (const { datname } of left) await sql`drop database ${sql(datname)} with (force)`;
}

async function administer(
  serverUrl: string,
  work: (sql: postgres.Sql) => Promise<void>,
): Promise<void> {
  const sql = postgres(serverUrl, { max: 1 });
  try {
    await work(sql);
  } finally {
    await sql.end();
  }
}
