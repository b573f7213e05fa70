import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { z } from "zod";
import { identifyProcess } from "../../db/embedded-guard";

const started = z.object({ url: z.string(), pid: z.number(), guardPid: z.number() });
const failed = z.object({ error: z.string() });

export interface Owner {
  readonly child: ChildProcess;
  readonly pid: number;
  /** What it started, or why it couldn't; rejects when it ended before it could say. */
  readonly report: Promise<z.infer<typeof started> | z.infer<typeof failed>>;
}

const owners: ChildProcess[] = [];

/** Start embedded-owner.ts on `dataDir`, in a process group of its own. */
export function startOwner(
  dataDir: string,
  options: { ids?: { uid: number; gid: number }; path?: string } = {},
): Owner {
  const script = fileURLToPath(new URL("embedded-owner.ts", import.meta.url));
  const { NODE_OPTIONS: _options, ...env } = process.env;
  const child = spawn(process.execPath, ["--import", "tsx", script, dataDir], {
    detached: true,
    env: { ...env, PATH: options.path ?? env.PATH },
    stdio: ["pipe", "pipe", "inherit"],
    ...options.ids,
  });
  owners.push(child);
  const lines = createInterface({ input: child.stdout });
  const report = Promise.race([
    once(lines, "line").then(([line]) => z.union([started, failed]).parse(JSON.parse(line))),
    once(child, "exit").then(() => Promise.reject(new Error("The owner ended without a word."))),
  ]);
  // A test that kills its owner early doesn't ask for the report.
  report.catch(() => {});
  return { child, pid: child.pid ?? 0, report };
}

/** The report of an owner that is expected to have started. */
export async function startedBy(owner: Owner): Promise<z.infer<typeof started>> {
  const report = await owner.report;
  if ("error" in report) throw new Error(report.error);
  return report;
}

/** The sentence of an owner that is expected to have failed. */
export async function failureOf(owner: Owner): Promise<string> {
  return failed.parse(await owner.report).error;
}

/** Let every owner still alive stop its Postgres, and wait for them. */
export async function endOwners(): Promise<void> {
  for (const child of owners.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const exit = once(child, "exit");
    child.stdin?.end();
    await exit;
  }
}

/** Resolves true once the process has gone, false when it is still there after `seconds`. */
export async function goneWithin(seconds: number, pid: number): Promise<boolean> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await pause(20)) {
    if (!identifyProcess(pid)) return true;
  }
  return false;
}

/** One connection for the time of `work`. */
export async function withSql<T>(url: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** Whether something takes TCP connections there. */
export function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once("connect", () => resolve(socket.destroy() !== null));
    socket.once("error", () => resolve(false));
  });
}
