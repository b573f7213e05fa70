import { expect, test } from "vitest";
import { queueInWords } from "@/lib/jobs/queue-in-words";

const well = {
  healthStatus: "healthy",
  queuedJobs: 84,
  oldestQueuedSeconds: 12.4,
  throughputPerMinute: 42,
  liveStore: "postgres",
} as const;

test("the queue in words says how it is, how long the oldest waits, and how fast it goes", () => {
  expect(queueInWords(well)).toBe(
    "Queue is healthy. Oldest wait 12 s, 42 jobs a minute, live status from postgres.",
  );
});

test("the queue in words names no wait where nothing is due, and counts a single job as one", () => {
  expect(
    queueInWords({ ...well, healthStatus: "degraded", queuedJobs: 0, throughputPerMinute: 1 }),
  ).toBe("Queue is degraded. Nothing is due, 1 job a minute, live status from postgres.");
  expect(queueInWords({ ...well, throughputPerMinute: 0.2 })).toContain(", 0.2 jobs a minute,");
});
