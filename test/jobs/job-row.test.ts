import { describe, expect, test } from "vitest";
import { movedAt, ranMs, waitedMs } from "@/lib/jobs/job-row";

const now = Date.parse("2026-01-30T14:00:00Z");
const ago = (seconds: number) => new Date(now - seconds * 1000).toISOString();

const row = {
  status: "queued" as const,
  createdAt: ago(100),
  scheduledFor: ago(100),
  startedAt: null,
  finishedAt: null,
  metrics: { executionSeconds: null, costUsd: null },
};
const running = { ...row, status: "processing" as const, startedAt: ago(40) };
const done = {
  ...running,
  status: "succeeded" as const,
  finishedAt: ago(30),
  metrics: { executionSeconds: 10, costUsd: 0 },
};
const backsOff = {
  ...row,
  startedAt: ago(40),
  scheduledFor: ago(-60),
  metrics: { executionSeconds: 12, costUsd: null },
};
const restarted = { ...row, createdAt: ago(9000), scheduledFor: ago(7) };

describe("a row of the list of jobs", () => {
  test.each([
    ["was made", row, 100],
    ["began", running, 40],
    ["ended", done, 30],
    ["came back from its last try", backsOff, 28],
    ["was restarted", restarted, 7],
    ["is due later, and was made", { ...row, scheduledFor: ago(-60) }, 100],
  ])("was updated when it %s", (_, job, seconds) => {
    expect(movedAt(job, now).toISOString()).toBe(ago(seconds));
  });

  test("waited from when it was due until its last try, or until now", () => {
    expect(waitedMs(row, now)).toBe(100_000);
    expect(waitedMs(running, now)).toBe(60_000);
    expect(waitedMs(done, now)).toBe(60_000);
    expect(waitedMs(restarted, now)).toBe(7_000);
    expect(waitedMs(backsOff, now)).toBeNull();
  });

  test("ran as long as its last try, or as it has run by now", () => {
    expect(ranMs(row, now)).toBeNull();
    expect(ranMs(running, now)).toBe(40_000);
    expect(ranMs(done, now)).toBe(10_000);
    expect(ranMs(backsOff, now)).toBe(12_000);
    const metrics = { executionSeconds: 12, costUsd: null };
    expect(ranMs({ ...restarted, metrics }, now)).toBeNull();
  });
});
