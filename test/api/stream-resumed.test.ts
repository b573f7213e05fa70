import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { succeedJob } from "@/db/job-transitions/succeed";
import { startApp, type TestApp } from "../app";
import { ANSWER, claimed, FACTS, lane, tryInVain } from "../claims";
import { readJob } from "../factories";
import { ownDatabase } from "../own-database";
import { openEvents, type ServerEvent } from "./events";
import { hushSweeps, QUIET } from "./refusals";

const CUT_EVERY_MS = 2_000;
const MOVED_FOR_MS = 10_000;

const database = ownDatabase();
let app: TestApp;

beforeAll(async () => {
  await hushSweeps();
  app = await startApp(database.url, QUIET);
});
afterAll(() => app?.stop());

const stream = (jobId: number, lastEventId?: number) =>
  openEvents(
    app,
    `/api/jobs/status/${jobId}/stream`,
    lastEventId === undefined ? {} : { lastEventId: String(lastEventId) },
  );

/** Claims the job and gives it back again and again, and at last answers. Returns its final version. */
async function moveForLong(jobId: number): Promise<number> {
  for (const endMs = performance.now() + MOVED_FOR_MS; performance.now() < endMs; ) {
    await tryInVain(jobId);
    await pause(130);
  }
  const claim = await claimed(jobId);
  await pause(600);
  await succeedJob(claim, ANSWER, FACTS);
  return (await readJob(jobId)).version;
}

function nullIfCut(error: unknown): null {
  if (error instanceof Error && error.name === "AbortError") return null;
  throw error;
}

/** Reads as an EventSource does behind a proxy that cuts each connection, until it is told to stop. */
async function readWithCuts(jobId: number) {
  const seen: ServerEvent[] = [];
  let connections = 0;
  for (;;) {
    const { status, next, leave } = await stream(jobId, seen.at(-1)?.id);
    if (status === 204) return { seen, connections };
    connections += 1;
    const cut = setTimeout(leave, CUT_EVERY_MS);
    for (;;) {
      const event = await next().catch(nullIfCut);
      if (!event) break;
      seen.push(event);
    }
    clearTimeout(cut);
  }
}

test.concurrent("a stream of a job that nothing happens to is kept alive", async () => {
  const { first: jobId } = await lane(1);
  const idle = await stream(jobId);
  await idle.next();
  const left = idle.next().catch(nullIfCut);
  // Every 15 s at least, says the contract.
  await vi.waitFor(() => expect(idle.asides.comments).not.toEqual([]), { timeout: 16_000 });
  idle.leave();
  expect(await left).toBeNull();
});

test.concurrent("a stream cut every 2 s and resumed by Last-Event-ID sees no version twice, all in order, and the final one", async () => {
  const { first: jobId } = await lane(1);
  const moved = moveForLong(jobId);
  const clients = [];
  for (let n = 0; n < 4; n++) {
    clients.push(readWithCuts(jobId));
    await pause(150);
  }
  const finalVersion = await moved;
  expect(finalVersion).toBeGreaterThan(20);
  for (const { seen, connections } of await Promise.all(clients)) {
    const ids = seen.map((event) => event.id);
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
    expect(ids.at(-1)).toBe(finalVersion);
    expect(seen.map(({ event }) => event)).toEqual([
      ...ids.slice(1).map(() => "job_update"),
      "job_complete",
    ]);
    for (const { id, data } of seen) expect(data).toMatchObject({ jobId, version: id });
    expect(connections).toBeGreaterThanOrEqual(4);
    // More than the one state with which each connection begins.
    expect(seen.length).toBeGreaterThan(connections + 2);
  }
});
