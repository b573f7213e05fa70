import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { Socket } from "node:net";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

// Both ends of the guard: the owner's handle, and the process itself, which plain Node runs from
// this very file. So nothing here may import a file of the project, or use syntax that Node's
// type stripping refuses.

const STOP_GRACE_MS = 10_000;
const POLL_MS = 20;

/** A running process. Its start time is what tells it from a later process with the same pid. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startedAt: string;
}

/** The signals to try in turn, the next one when the last has not ended the process in 10 s. */
export type StopSignals = readonly NodeJS.Signals[];

/** A separate process that stops what it watches as soon as its owner ends, however that ends. */
export interface Guard {
  readonly pid: number;
  /** Have `pid` (a child of this process, just started) stopped when the owner ends. */
  watch(pid: number, signals: StopSignals): void;
  /** Take `pid` off the list; call it once that process has ended. */
  unwatch(pid: number): void;
  /** Delete `folder` after everything watched has stopped, also when the owner was killed. */
  removeAfterwards(folder: string): void;
  /** Have everything still watched stopped now, last come first; resolves when the guard is gone. */
  close(): Promise<void>;
}

type Order =
  | { do: "watch"; process: ProcessIdentity; signals: StopSignals }
  | { do: "unwatch"; pid: number }
  | { do: "remove"; folder: string };

/**
 * Identity of the process that has `pid` now, or null when none has; a zombie counts as none.
 * Exact to a clock tick on Linux (field 22 of /proc/<pid>/stat, see proc_pid_stat(5)), else to
 * the second that `ps` shows.
 */
export function identifyProcess(pid: number): ProcessIdentity | null {
  try {
    if (process.platform === "linux") {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      // The second field is the program's name, which may hold spaces and brackets.
      const [state, ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const startedAt = rest[18];
      return startedAt === undefined || state === "Z" ? null : { pid, startedAt };
    }
    const line = execFileSync("ps", ["-o", "stat=", "-o", "lstart=", "-p", String(pid)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
    const [state, ...startedAt] = line.split(/\s+/);
    return !state || state.startsWith("Z") ? null : { pid, startedAt: startedAt.join(" ") };
  } catch {
    return null;
  }
}

/** Whether the very process of `identity` still runs, not merely one with its pid. */
export function isRunning(identity: ProcessIdentity): boolean {
  return identifyProcess(identity.pid)?.startedAt === identity.startedAt;
}

/**
 * Stop a process: each signal in turn, 10 s apart, until it is gone. Never signals another
 * process that got the pid meanwhile. Resolves false when it outlived them all.
 */
export async function stopProcess(
  identity: ProcessIdentity,
  signals: StopSignals,
): Promise<boolean> {
  for (const signal of signals) {
    if (!isRunning(identity)) return true;
    try {
      process.kill(identity.pid, signal);
    } catch {
      // Gone since the line above, or not ours to signal: the wait below tells which.
    }
    for (const end = Date.now() + STOP_GRACE_MS; Date.now() < end; await pause(POLL_MS)) {
      if (!isRunning(identity)) return true;
    }
  }
  return !isRunning(identity);
}

/**
 * Start a guard in a session of its own, so that Ctrl-C in the terminal doesn't reach it. It does
 * not keep this process alive. Throws when it does not come up, which means a Node without type
 * stripping (before 22.18).
 */
export async function startGuard(): Promise<Guard> {
  const { NODE_OPTIONS: _options, NODE_V8_COVERAGE: _coverage, ...env } = process.env;
  const child = spawn(process.execPath, ["--no-warnings", fileURLToPath(import.meta.url)], {
    cwd: "/",
    detached: true,
    env,
    stdio: ["pipe", "pipe", "ignore"],
  });
  const gone = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  // Writing to a guard that someone has killed must not end the owner.
  child.stdin.on("error", () => {});
  const up = await Promise.race([
    once(child.stdout, "data").then(() => true),
    gone.then(() => false),
  ]);
  const { pid } = child;
  if (!up || pid === undefined) {
    throw new Error(`The guard process needs Node 22.18 or later; this is ${process.version}.`);
  }
  child.stdout.destroy();
  child.unref();
  if (child.stdin instanceof Socket) child.stdin.unref();
  const send = (order: Order) => child.stdin.write(`${JSON.stringify(order)}\n`);
  return {
    pid,
    watch(watchedPid, signals) {
      const identity = identifyProcess(watchedPid);
      if (identity) send({ do: "watch", process: identity, signals });
    },
    unwatch: (watchedPid) => send({ do: "unwatch", pid: watchedPid }),
    removeAfterwards: (folder) => send({ do: "remove", folder }),
    async close() {
      child.ref();
      child.stdin.end();
      await gone;
    },
  };
}

async function guardUntilOwnerEnds(): Promise<void> {
  // At the end of a session or a container these reach everyone; the owner decides, not they.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});
  const watched = new Map<number, { process: ProcessIdentity; signals: StopSignals }>();
  const folders: string[] = [];
  const lines = createInterface({ input: process.stdin });
  lines.on("line", (line) => {
    const order = parseOrder(line);
    if (order?.do === "watch") watched.set(order.process.pid, order);
    if (order?.do === "unwatch") watched.delete(order.pid);
    if (order?.do === "remove") folders.push(order.folder);
  });
  process.stdout.write("ready\n");
  await new Promise<void>((resolve) => {
    lines.once("close", resolve);
    process.stdin.once("error", () => resolve());
  });
  for (const { process: running, signals } of [...watched.values()].reverse()) {
    await stopProcess(running, signals);
  }
  for (const folder of folders)
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}

function parseOrder(line: string): Order | null {
  try {
    // Only `send` above writes to this pipe; a line cut off by the owner's death is dropped.
    return JSON.parse(line);
  } catch {
    return null;
  }
}

if (import.meta.main) {
  await guardUntilOwnerEnds();
  process.exit(0);
}
