import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Guard } from "@/db/embedded-guard";

const NEXT = join(process.cwd(), "node_modules", "next", "dist", "bin", "next");
const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 10_000;

export type NextServer = {
  url: string;
  pid: number;
  /** Resolves with the exit code when the server ends, for whatever reason. */
  ended: Promise<number | null>;
  stop(): Promise<void>;
};

export type NextServerOptions = {
  command: "dev" | "start";
  port: number;
  env: Record<string, string | undefined>;
  guard: Guard;
  /** Where its output goes: the terminal, or line by line to a function. */
  output: "inherit" | ((line: string) => void);
};

/**
 * Starts Next on 127.0.0.1 and waits until `/api/health` answers. It has a process group of its own,
 * so that a Ctrl-C in the terminal reaches us first and we end it before its database.
 */
export async function startNext(options: NextServerOptions): Promise<NextServer> {
  await refuseTakenPort(options.port);
  const url = `http://127.0.0.1:${options.port}`;
  const child = spawn(
    process.execPath,
    [NEXT, options.command, "--hostname", "127.0.0.1", "--port", String(options.port)],
    {
      detached: true,
      stdio: options.output === "inherit" ? "inherit" : ["ignore", "pipe", "pipe"],
      env: {
        ...options.env,
        NODE_ENV: options.command === "dev" ? "development" : "production",
        NEXT_TELEMETRY_DISABLED: "1",
        PORT: String(options.port),
        ...addressOf(url),
      },
    },
  );
  const { pid } = child;
  if (pid === undefined) throw new Error("Next could not be started");
  options.guard.watch(pid, ["SIGTERM", "SIGKILL"]);
  if (typeof options.output === "function") forwardLines(child, options.output);
  const ended = once(child, "exit").then(() => {
    options.guard.unwatch(pid);
    return child.exitCode;
  });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_WITHIN_MS);
    await ended;
    clearTimeout(timer);
  };
  await untilHealthy(url, child).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { url, pid, ended, stop };
}

/**
 * The app's own address, and no other: Next also reads .env files, and an APP_URL or a VERCEL_URL in
 * one would have this server send its jobs, and the secret, to production.
 */
function addressOf(url: string): Record<string, string> {
  return { APP_URL: url, VERCEL_ENV: "", VERCEL_URL: "", VERCEL_PROJECT_PRODUCTION_URL: "" };
}

/** Throws one sentence where something listens on the port already. */
export async function refuseTakenPort(port: number): Promise<void> {
  const probe = createServer();
  const listening = once(probe, "listening");
  probe.listen(port, "127.0.0.1");
  await listening.catch(() => {
    throw new Error(`Port ${port} is in use: stop what listens there, or set PORT to another one.`);
  });
  probe.close();
  await once(probe, "close");
}

function forwardLines(child: ChildProcess, line: (text: string) => void): void {
  for (const stream of [child.stdout, child.stderr]) {
    let rest = "";
    stream?.on("data", (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split("\n");
      rest = lines.pop() ?? "";
      for (const text of lines) line(text);
    });
  }
}

async function untilHealthy(url: string, child: ChildProcess): Promise<void> {
  for (const end = Date.now() + READY_WITHIN_MS; Date.now() < end; await pause(100)) {
    if (child.exitCode !== null)
      throw new Error(`The app ended at its start (code ${child.exitCode})`);
    const response = await fetch(`${url}/api/health`).catch(() => null);
    if (response?.ok) return;
  }
  throw new Error(`The app did not answer within ${READY_WITHIN_MS / 1000} s`);
}
