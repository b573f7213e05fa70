import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type Account,
  EmbeddedPostgresError,
  giveTo,
  outcomeOf,
  spawnAs,
} from "./embedded-account";
import type { Guard } from "./embedded-guard";

// <dataDir>/cluster/data        Postgres's own folder
// <dataDir>/cluster/password    of the one user, canvass
// <dataDir>/initdb-<pid>-<x>/   a cluster in the making; renamed to `cluster` when it is complete

const EMPTY_LOCK_MS = 5_000;

/** What Postgres writes to postmaster.pid (src/include/utils/pidfile.h), as far as we need it. */
export interface ServerLock {
  readonly pid: number;
  readonly port: number;
  readonly status: string;
}

/** Postgres's own folder within `dataDir`. */
export function clusterFolder(dataDir: string): string {
  return join(dataDir, "cluster", "data");
}

/** Password of the user `canvass`. Throws EmbeddedPostgresError when its file has gone. */
export async function readPassword(dataDir: string): Promise<string> {
  const file = join(dataDir, "cluster", "password");
  const password = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new EmbeddedPostgresError(
      `The database's password cannot be read (${error.message}): put the file back, or delete ${dataDir} to begin with an empty database.`,
    );
  });
  return password.trim();
}

/**
 * Make the cluster if `dataDir` holds none: UTF-8, byte order with C.UTF-8's character classes,
 * scram with a random password. It appears in one rename, so an interrupted initdb leaves only
 * scraps, which the next call clears away; of two calls at once, one wins and both use its cluster.
 */
export async function ensureCluster(
  dataDir: string,
  options: { account: Account; durable: boolean; guard: Guard },
): Promise<void> {
  await removeScraps(dataDir);
  const target = join(dataDir, "cluster");
  if (await exists(clusterFolder(dataDir))) return;
  const { account, durable, guard } = options;
  const scrap = join(dataDir, `initdb-${process.pid}-${randomBytes(4).toString("hex")}`);
  const password = join(scrap, "password");
  await mkdir(scrap, { mode: 0o700 });
  await writeFile(password, `${randomBytes(24).toString("base64url")}\n`, { mode: 0o600 });
  await giveTo(account, scrap);
  await giveTo(account, password);
  const args = [
    `--pgdata=${join(scrap, "data")}`,
    "--username=canvass",
    `--pwfile=${password}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    ...(durable ? [] : ["--no-sync"]),
  ];
  const initdb = spawnAs(account, "initdb", args, ["ignore", "ignore", "pipe"]);
  if (initdb.pid !== undefined) guard.watch(initdb.pid, ["SIGTERM", "SIGKILL"]);
  const { code, output } = await outcomeOf(initdb);
  if (initdb.pid !== undefined) guard.unwatch(initdb.pid);
  if (code !== 0) {
    await rm(scrap, { recursive: true, force: true });
    throw new EmbeddedPostgresError(
      `No database could be made in ${dataDir}: ${output.split("\n").slice(-5).join("; ")}.`,
    );
  }
  await rename(scrap, target).catch(async (error: NodeJS.ErrnoException) => {
    await rm(scrap, { recursive: true, force: true });
    if (!(await exists(clusterFolder(dataDir)))) {
      throw new EmbeddedPostgresError(
        `${target} is in the way of a new database (${error.message}): move it elsewhere or delete it.`,
      );
    }
  });
}

/** The lock file as it stands, whoever wrote it; null when there is none or it is half written. */
export async function readLock(dataDir: string): Promise<ServerLock | null> {
  const file = join(clusterFolder(dataDir), "postmaster.pid");
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw new EmbeddedPostgresError(`The database's lock cannot be read (${error.message}).`);
  });
  const [pid, , , port, , , , status = ""] = text.split("\n");
  return pid ? { pid: Number(pid), port: Number(port), status: status.trim() } : null;
}

/** The lock of a Postgres that really runs on `dataDir`, else null. */
export async function readLiveLock(dataDir: string): Promise<ServerLock | null> {
  const lock = await readLock(dataDir);
  return lock && isPostgresOn(lock.pid, clusterFolder(dataDir)) ? lock : null;
}

/**
 * Make Postgres accept a lock file that nobody holds, where it wouldn't by itself.
 * It refuses to start when any process has the pid in there, except its own parent
 * (CreateLockFile in miscinit.c), so this process's pid goes there. Deleting the file would also
 * lose the shared memory key in it, by which Postgres notices children of a killed server that
 * are still writing. An empty file, which a crash of the machine can leave, holds no key.
 */
export async function takeOverStaleLock(dataDir: string): Promise<void> {
  const file = join(clusterFolder(dataDir), "postmaster.pid");
  const text = await readFile(file, "utf8").catch(() => null);
  if (text === null) return;
  const pid = Number.parseInt(text, 10);
  if (Number.isNaN(pid)) {
    const { mtimeMs } = await stat(file);
    // A server that starts right now has made the file but not yet written to it.
    if (Date.now() - mtimeMs > EMPTY_LOCK_MS) await rm(file, { force: true });
  } else if (isAlive(pid) && !isPostgresOn(pid, clusterFolder(dataDir))) {
    await writeFile(file, text.replace(/^\d+/, String(process.pid)));
  }
}

function isPostgresOn(pid: number, folder: string): boolean {
  try {
    if (process.platform !== "linux") {
      const command = execFileSync("ps", ["-ww", "-o", "command=", "-p", String(pid)], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      });
      return command.includes("postgres") && command.includes(folder);
    }
    // A zombie still has its name, but neither a folder nor a lock on anything.
    if (readFileSync(`/proc/${pid}/comm`, "utf8").trim() !== "postgres") return false;
  } catch {
    return false;
  }
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === folder;
  } catch (error) {
    // Another user's Postgres: whether it has this folder can't be seen, so suppose it has.
    return error instanceof Error && "code" in error && error.code === "EACCES";
  }
}

async function removeScraps(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir)) {
    const pid = /^initdb-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) {
      // An initdb whose owner was killed may write for a moment yet.
      await rm(join(dataDir, name), {
        recursive: true,
        force: true,
        maxRetries: 20,
        retryDelay: 50,
      });
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
