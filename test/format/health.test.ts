import { describe, expect, test } from "vitest";
import { ailmentsOf } from "@/lib/format/health";

const HEALTHY = {
  healthStatus: "healthy",
  oldestQueuedSeconds: 12,
  queuedJobs: 84,
  paused: [],
} as const;
const QUOTA = { provider: "openai", reason: "quota_exhausted", nextProbeAt: null };

describe("what needs somebody", () => {
  test("is nothing in a healthy queue, nor in one that was paused by hand", () => {
    expect(ailmentsOf(HEALTHY)).toEqual([]);
    const paused = [{ provider: "openai", reason: "manual", nextProbeAt: null }];
    expect(ailmentsOf({ ...HEALTHY, paused })).toEqual([]);
  });

  test("is a provider's account, with what to do there", () => {
    const [ailment] = ailmentsOf({ ...HEALTHY, healthStatus: "degraded", paused: [QUOTA] });
    expect(ailment).toMatchObject({
      kind: "account",
      title: "openai refuses our calls: quota used up.",
      provider: "openai",
    });
  });

  test("is first of all that nothing is sent out", () => {
    const found = ailmentsOf({
      ...HEALTHY,
      healthStatus: "stalled",
      oldestQueuedSeconds: 431,
      paused: [QUOTA],
    });
    expect(found.map(({ kind }) => kind)).toEqual(["stalled", "account"]);
    expect(found[0]?.title).toBe("Nothing has been dispatched for 7 min, though 84 jobs are due.");
  });

  test("is that calls fail, where no account explains it", () => {
    expect(ailmentsOf({ ...HEALTHY, healthStatus: "degraded" })).toMatchObject([
      { kind: "failing" },
    ]);
  });
});
