import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { cancelJobs } from "@/db/job-transitions/cancel";
import { beginStopping } from "@/lib/jobs/stopping";
import { log } from "@/lib/log";
import { lane, tryInVain } from "../claims";
import { readJob } from "../factories";
import { ownDatabase } from "../own-database";
import { looks } from "./looks";
import { nextOf, over, watch, watchKey } from "./watching";

vi.mock("@/db/client", async (importOriginal) => {
  const client = await importOriginal<typeof import("@/db/client")>();
  const { looks } = await import("./looks");
  return { ...client, execute: looks.around(client.execute) };
});

ownDatabase();
beforeAll(() => {
  vi.stubEnv("CRON_SECRET", "0123456789abcdef");
});

describe("the looks", () => {
  const warn = vi.spyOn(log, "warn").mockReturnValue(undefined);
  afterEach(() => {
    delete (globalThis as { canvassStopping?: boolean }).canvassStopping;
    looks.failing = 0;
    warn.mockClear();
  });

  test("of twenty watchers are one statement each, twice a second at most; of none there are none", async () => {
    const { ids } = await lane(8);
    const keys = await Promise.all(
      (await Promise.all([lane(1), lane(2), lane(3)])).map(
        async ({ first }) => (await readJob(first)).batchKey,
      ),
    );
    const left = new AbortController();
    const watching = [
      ...[...ids, ...ids.slice(0, 4)].map((id) => watch(id, left.signal)),
      ...[...keys, ...keys, ...keys.slice(0, 2)].map((key) => watchKey(key, left.signal)),
    ];
    expect(watching).toHaveLength(20);
    await Promise.all(watching.map((states) => states.next()));
    looks.made = [];
    const ended = Promise.all(watching.map((states) => states.next()));
    await looks.untilMade(4);
    const { made } = looks;
    left.abort();
    for (const states of await ended) expect(states).toEqual(over);
    for (const { params } of made) {
      const asked = JSON.stringify(params);
      expect(params[0]).toBe(`{${ids.join(",")}}`);
      for (const key of keys) expect(asked.split(key)).toHaveLength(2);
    }
    const [first, last] = [made.at(0)?.atMs ?? 0, made.at(-1)?.atMs ?? 0];
    expect((last - first) / (made.length - 1)).toBeGreaterThanOrEqual(500);
    const { length } = made;
    await pause(1_300);
    expect(looks.made).toHaveLength(length);
  });

  test("go on where the database fails, and the log hears once of each outage", async () => {
    const { first: id } = await lane(1);
    const states = watch(id);
    await nextOf(states);
    for (const [outage, failing] of [2, 1].entries()) {
      looks.failing = failing;
      await tryInVain(id);
      expect(await nextOf(states)).toMatchObject({ version: 3 + 2 * outage });
      expect(looks.failing).toBe(0);
      expect(warn).toHaveBeenCalledTimes(outage + 1);
    }
    await cancelJobs({ jobId: id });
    expect(await nextOf(states)).toMatchObject({ isFinal: true });
    expect(await states.next()).toEqual(over);
  });

  test("are the last where this instance is to end: every sequence ends, and new ones end early", async () => {
    const { first: id } = await lane(1);
    const { batchKey } = await readJob(id);
    const watching = [watch(id), watch(id), watchKey(batchKey)];
    await Promise.all(watching.map((states) => states.next()));
    const ended = Promise.all(watching.map((states) => states.next()));
    beginStopping();
    expect(await ended).toEqual([over, over, over]);
    const late = watch(id);
    expect(await nextOf(late)).toMatchObject({ version: 1 });
    expect(await late.next()).toEqual(over);
  });
});
