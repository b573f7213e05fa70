import { spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { execute } from "@/db/client";
import { ownDatabase } from "../own-database";
import { startTcpProxy, type TcpProxy } from "./tcp-proxy";

const database = ownDatabase();
let proxy: TcpProxy;

beforeAll(async () => {
  proxy = await startTcpProxy(database.url);
});
afterAll(() => proxy?.close());

/** Runs query-loops.ts against `url` while `fault` does its worst, and gives what it then printed. */
async function runQueryLoops(url: string, fault: () => Promise<void>, report = true) {
  const script = fileURLToPath(new URL("query-loops.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", script], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, DATABASE_URL: url },
  });
  try {
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    await lines.next();
    await fault();
    if (!report) return;
    child.stdin.end();
    return JSON.parse((await lines.next()).value ?? "null");
  } finally {
    child.kill("SIGKILL");
  }
}

test("40 loops of queries, all connections reset or ended 60 times: nothing is thrown outside a promise, and each call settles (guard: patches/postgres, porsager/postgres#1154)", async () => {
  const report = await runQueryLoops(proxy.url, async () => {
    for (let times = 0; times < 60; times++) {
      await pause(25);
      if (times % 2 === 0) proxy.resetAll();
      else proxy.hangUpAll();
    }
    await pause(100);
  });
  expect(report).toMatchObject({ thrown: [], timedOut: 0 });
  expect(report.failed).toBeGreaterThan(20);
  expect(report.served).toBeGreaterThan(20);
});

test("40 loops of queries, all backends terminated 20 times: nothing is thrown outside a promise, and each call settles (guard: patches/postgres, porsager/postgres#1154)", async () => {
  const report = await runQueryLoops(database.url, async () => {
    for (let times = 0; times < 20; times++) {
      await pause(50);
      await execute(sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`);
    }
    await pause(100);
  });
  expect(report).toMatchObject({ thrown: [], timedOut: 0 });
  expect(report.served).toBeGreaterThan(60);
});

test("a server that hangs up on each connection is not stormed with new ones (guard: patches/postgres, the pause before reconnecting)", async () => {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.on("error", () => undefined);
    socket.end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await runQueryLoops(`postgres://a:b@127.0.0.1:${port}/c`, () => pause(1_000), false).finally(() =>
    server.close(),
  );
  // Each of a pool's ten tries again ten times a second.
  expect(connections).toBeGreaterThan(10);
  expect(connections).toBeLessThan(10 * 10 * 2);
});
