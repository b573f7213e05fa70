import { open, readFile, stat, truncate } from "node:fs/promises";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { type Account, EmbeddedPostgresError, spawnAs } from "./embedded-account";
import {
  clusterFolder,
  readLiveLock,
  readLock,
  type ServerLock,
  takeOverStaleLock,
} from "./embedded-cluster";
import { type Guard, identifyProcess, stopProcess } from "./embedded-guard";

// SIGINT is Postgres's fast shutdown, SIGQUIT its immediate one (the next start then recovers).
const STOP_SIGNALS = ["SIGINT", "SIGQUIT", "SIGKILL"] as const;
// Long enough to replay a great deal of WAL after a crash.
const STARTUP_MS = 120_000;
const POLL_MS = 5;
const PORT_TRIES = 5;
const LOG_LIMIT_BYTES = 16 * 1024 * 1024;

export interface ServerSettings {
  readonly account: Account;
  readonly durable: boolean;
  readonly guard: Guard;
  readonly logFile: string;
  readonly maxConnections: number;
}

export interface RunningServer {
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * Run Postgres on the cluster in `dataDir` and wait until it takes connections.
 * Throws EmbeddedPostgresError with the last lines of its log when it ends before that, or, when
 * another server was quicker to take the cluster, with that server's pid.
 */
export async function launchServer(
  dataDir: string,
  settings: ServerSettings,
): Promise<RunningServer> {
  const { account, guard, logFile } = settings;
  for (let attempt = 1; ; attempt++) {
    const port = await findFreePort();
    await takeOverStaleLock(dataDir);
    const log = await openLog(logFile);
    const args = serverArguments(dataDir, port, settings);
    const child = spawnAs(account, "postgres", args, ["ignore", log.fd, log.fd]);
    const identity = child.pid === undefined ? null : identifyProcess(child.pid);
    let ended = false;
    const exit = new Promise<string>((resolve) => {
      child.once("exit", (code, signal) => resolve(`it ended with ${signal ?? `code ${code}`}`));
      child.once("error", (error) => resolve(error.message));
    }).finally(() => {
      ended = true;
    });
    await log.close();
    const stop = async () => {
      child.ref();
      if (identity && !(await stopProcess(identity, STOP_SIGNALS))) {
        throw new EmbeddedPostgresError(`Postgres process ${identity.pid} cannot be stopped.`);
      }
      await exit;
      if (identity) guard.unwatch(identity.pid);
    };
    if (identity) guard.watch(identity.pid, STOP_SIGNALS);
    for (const end = Date.now() + STARTUP_MS; !ended && Date.now() < end; await pause(POLL_MS)) {
      const lock = await readLock(dataDir);
      if (identity && lock?.pid === identity.pid && lock.status === "ready") {
        child.unref();
        return { pid: identity.pid, port, stop };
      }
    }
    const reason = ended ? await exit : "it took too long";
    await stop();
    const holder = await readLiveLock(dataDir);
    if (holder) throw inUse(dataDir, holder);
    const lines = await lastLines(logFile, log.size);
    if (attempt < PORT_TRIES && /could not bind IPv4 address/.test(lines)) continue;
    throw new EmbeddedPostgresError(
      `Postgres did not start in ${dataDir} (${reason}): ${lines || `see ${logFile}`}.`,
    );
  }
}

/** The error that says which process holds `dataDir`. */
export function inUse(dataDir: string, { pid, port }: ServerLock): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `The data in ${dataDir} is in use by the Postgres with pid ${pid} (port ${port}): stop what runs there with Ctrl-C in its terminal, or wait a few seconds if it was just killed.`,
  );
}

function serverArguments(dataDir: string, port: number, settings: ServerSettings): string[] {
  const parameters = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    port,
    max_connections: settings.maxConnections,
    timezone: "UTC",
    log_timezone: "UTC",
    ...(settings.durable
      ? {}
      : { fsync: "off", synchronous_commit: "off", full_page_writes: "off" }),
  };
  const pairs = Object.entries(parameters).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  return ["-D", clusterFolder(dataDir), ...pairs];
}

async function findFreePort(): Promise<number> {
  const probe = createServer();
  return await new Promise((resolve, reject) => {
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => {
        if (address && typeof address === "object") resolve(address.port);
        else reject(new Error("The system gave no free port."));
      });
    });
  });
}

/** Open the log to append to it, begun anew once it has grown large; `size` is where we start. */
async function openLog(file: string) {
  try {
    const old = await stat(file).catch(() => null);
    if (old && old.size > LOG_LIMIT_BYTES) await truncate(file);
    const handle = await open(file, "a", 0o600);
    const { size } = await handle.stat();
    return { fd: handle.fd, size, close: () => handle.close() };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EmbeddedPostgresError(`Postgres's log cannot be written (${reason}).`);
  }
}

async function lastLines(file: string, from: number): Promise<string> {
  const log = await readFile(file).catch(() => Buffer.alloc(0));
  return log.subarray(from).toString().trim().split("\n").slice(-5).join("; ");
}
