import { mkdir, realpath } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import postgres from "postgres";
import { chooseAccount, EmbeddedPostgresError } from "./embedded-account";
import { ensureCluster, readLiveLock, readPassword } from "./embedded-cluster";
import { type Guard, startGuard } from "./embedded-guard";
import { inUse, launchServer } from "./embedded-server";

export { EmbeddedPostgresError };

const SHUTDOWN_MS = 15_000;
const POLL_MS = 20;

export interface EmbeddedPostgresOptions {
  /** Folder for the data, its password and its log; made if need be, kept between runs. */
  dataDir: string;
  /** False trades safety in a crash of the machine for speed: for tests. */
  durable: boolean;
  maxConnections?: number;
  /** Where Postgres's own log goes: `postgres.log` in dataDir unless given. */
  logFile?: string;
  /** Delete dataDir when the server has stopped, also when this process was killed. */
  temporary?: boolean;
}

export interface EmbeddedPostgres {
  /** Address of the database `canvass`, as its superuser. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Stops Postgres if this process is killed; have it watch other children too. */
  readonly guard: Guard;
  /** Fast shutdown, then the guard's end, and with it that of all that the guard watches. */
  stop(): Promise<void>;
}

/**
 * Start a Postgres 18 on 127.0.0.1, on a free port, with its data in `dataDir` (made at the first
 * start, about 0.5 s; a later start takes about 0.1 s). It stops with `stop()`, or when this
 * process ends in any way. It does not keep this process alive.
 * Throws EmbeddedPostgresError, one sentence, when dataDir is in use or Postgres can't run here.
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const guard = await startGuard();
  try {
    const dataDir = await openFolder(options.dataDir);
    if (options.temporary) guard.removeAfterwards(dataDir);
    await refuseIfInUse(dataDir);
    const account = await chooseAccount(dataDir);
    const { durable, maxConnections = 100, logFile = join(dataDir, "postgres.log") } = options;
    await ensureCluster(dataDir, { account, durable, guard });
    const server = await launchServer(dataDir, {
      account,
      durable,
      guard,
      logFile,
      maxConnections,
    });
    const url = serverUrl(await readPassword(dataDir), server.port);
    await ensureDatabase(url);
    let stopping: Promise<void> | undefined;
    return {
      url,
      port: server.port,
      pid: server.pid,
      guard,
      stop: () => {
        stopping ??= server.stop().then(() => guard.close());
        return stopping;
      },
    };
  } catch (error) {
    await guard.close();
    throw error;
  }
}

/**
 * Address of the database that another process of this machine serves from `dataDir`, for a
 * command that wants to join it (Studio, seeding); null when none runs there.
 */
export async function findEmbeddedPostgres(dataDir: string): Promise<string | null> {
  const folder = await realpath(dataDir).catch(() => null);
  const lock = folder === null ? null : await readLiveLock(folder);
  return folder && lock?.status === "ready"
    ? serverUrl(await readPassword(folder), lock.port)
    : null;
}

async function openFolder(dataDir: string): Promise<string> {
  const folder = resolve(dataDir);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return await realpath(folder);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EmbeddedPostgresError(
      `The database's folder ${folder} cannot be used (${reason}): make it writable, or set DATABASE_URL to a Postgres of your own.`,
    );
  }
}

/** A server that is just going down (its owner was killed a moment ago) is waited for. */
async function refuseIfInUse(dataDir: string): Promise<void> {
  for (const end = Date.now() + SHUTDOWN_MS; ; await pause(POLL_MS)) {
    const lock = await readLiveLock(dataDir);
    if (!lock) return;
    if (lock.status !== "stopping" || Date.now() > end) throw inUse(dataDir, lock);
  }
}

async function ensureDatabase(url: string): Promise<void> {
  const server = new URL(url);
  const name = server.pathname.slice(1);
  server.pathname = "/postgres";
  const sql = postgres(server.href, { max: 1 });
  try {
    const found = await sql`select from pg_database where datname = ${name}`;
    if (found.length === 0) await sql`create database ${sql(name)}`;
  } finally {
    await sql.end();
  }
}

function serverUrl(password: string, port: number): string {
  return `postgres://canvass:${password}@127.0.0.1:${port}/canvass`;
}
