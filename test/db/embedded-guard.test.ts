import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, expect, test } from "vitest";
import { identifyProcess, isRunning, startGuard, stopProcess } from "@/db/embedded-guard";

const children: ChildProcess[] = [];

function startSleeper(): { child: ChildProcess; pid: number; end: Promise<unknown[]> } {
  const child = spawn("sleep", ["60"]);
  children.push(child);
  return { child, pid: child.pid ?? 0, end: once(child, "exit") };
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

/** A process that, asked to end by `signal`, prints when it was asked and when it ended, 0.2 s later. */
function startClerk(signal: "INT" | "TERM") {
  const now = "date +%s%N";
  const script = `trap '${now}; sleep 0.2; ${now}; exit' ${signal}; echo ready; while :; do sleep 0.02; done`;
  const child = spawn("sh", ["-c", script], { stdio: ["ignore", "pipe", "ignore"] });
  children.push(child);
  const lines: string[] = [];
  child.stdout.on("data", (chunk: Buffer) => lines.push(...chunk.toString().trim().split("\n")));
  return {
    pid: child.pid ?? 0,
    ready: once(child.stdout, "data"),
    end: once(child, "close"),
    lines,
  };
}

test("the guard stops what it watches, last come first, each by its own signal", async () => {
  const guard = await startGuard();
  const [postgres, server] = [startClerk("INT"), startClerk("TERM")];
  await Promise.all([postgres.ready, server.ready]);
  guard.watch(postgres.pid, ["SIGINT"]);
  guard.watch(server.pid, ["SIGTERM"]);
  await guard.close();
  await Promise.all([postgres.end, server.end]);
  const [, , serverEnded = ""] = server.lines;
  const [, postgresAsked = ""] = postgres.lines;
  expect(BigInt(postgresAsked)).toBeGreaterThan(BigInt(serverEnded));
});

test("the guard leaves alone what it no longer watches", async () => {
  const guard = await startGuard();
  const { pid, child } = startSleeper();
  guard.watch(pid, ["SIGTERM"]);
  guard.unwatch(pid);
  await guard.close();
  expect(child.signalCode).toBeNull();
  expect(identifyProcess(pid)).not.toBeNull();
});

test("an owner outlives its guard", async () => {
  const guard = await startGuard();
  const { pid } = startSleeper();
  process.kill(guard.pid, "SIGKILL");
  // Blocks, so that the pipe breaks before Node has heard of the guard's end.
  execFileSync("sleep", ["0.1"]);
  guard.watch(pid, ["SIGTERM"]);
  await guard.close();
  expect(identifyProcess(pid)).not.toBeNull();
});

test("a process that merely has the pid of one that ended is never signalled", async () => {
  const { pid, child } = startSleeper();
  const earlier = { pid, startedAt: "an earlier time" };
  expect(isRunning(earlier)).toBe(false);
  expect(await stopProcess(earlier, ["SIGKILL"])).toBe(true);
  expect(child.signalCode).toBeNull();
  expect(identifyProcess(pid)).not.toBeNull();
});
