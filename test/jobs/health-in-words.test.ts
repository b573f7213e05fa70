import { describe, expect, test } from "vitest";
import { healthInWords, paceInWords } from "@/lib/jobs/health-in-words";

const well = {
  healthStatus: "healthy",
  queuedJobs: 84,
  oldestQueuedSeconds: 12,
  throughputPerMinute: 42,
  liveStore: "postgres",
  paused: [],
} as const;

describe("the queue's health in words", () => {
  test("is short where it is well", () => {
    expect(healthInWords(well)).toEqual({ sentence: "Queue is healthy.", advice: null });
    expect(paceInWords(well)).toBe(
      "Oldest wait 12 s, 42 jobs a minute, live status from postgres.",
    );
    expect(paceInWords({ ...well, queuedJobs: 0, throughputPerMinute: 1 })).toBe(
      "Nothing waits, 1 job a minute, live status from postgres.",
    );
  });

  test("says of a stalled one how long it has stood, and what is due", () => {
    const stalled = { ...well, healthStatus: "stalled", oldestQueuedSeconds: 430 } as const;
    expect(healthInWords(stalled).sentence).toBe(
      "Nothing has been dispatched for 7 min, though 84 jobs are due.",
    );
    expect(healthInWords({ ...stalled, queuedJobs: 1 }).sentence).toMatch(/though 1 job is due\.$/);
  });

  test("names who refuses our calls, and why", () => {
    const paused = [{ provider: "openai", reason: "quota_exhausted", nextProbeAt: null }] as const;
    expect(healthInWords({ ...well, healthStatus: "degraded", paused }).sentence).toBe(
      "openai refuses our calls: quota.",
    );
  });

  test("tells calls that fail apart from calls that are refused", () => {
    expect(healthInWords({ ...well, healthStatus: "degraded" }).sentence).toBe(
      "Over 20% of the last hour’s calls failed.",
    );
  });

  test("isn't called healthy while everything is paused", () => {
    const paused = [{ reason: "manual", nextProbeAt: null }];
    expect(healthInWords({ ...well, paused }).sentence).toBe("Everything is paused.");
  });
});
