import { describe, expect, test } from "vitest";
import type { AttemptOutcome } from "@/db/job-status";
import { jobTimeline, type TimedAttempt, type TimedJob } from "@/lib/jobs/timeline";

/** A moment so many seconds after the job was made. */
const at = (seconds: number) => new Date(Date.UTC(2026, 0, 30, 13, 58, 2) + seconds * 1000);

const job = (some: Partial<TimedJob> = {}): TimedJob => ({
  status: "queued",
  createdAt: at(0),
  scheduledFor: at(0),
  startedAt: null,
  finishedAt: null,
  attemptCount: 0,
  maxAttempts: 3,
  ...some,
});

const attempt = (
  number: number,
  outcome: AttemptOutcome,
  from: number,
  to: number,
  errorCode: string | null = outcome === "succeeded" ? null : "timeout",
): TimedAttempt => ({
  attempt: number,
  outcome,
  startedAt: at(from),
  finishedAt: at(to),
  errorCode,
});

/** The timeline as short words, with seconds since the start. */
function told(of: TimedJob, attempts: TimedAttempt[], now: number): string[] {
  const seconds = (time: Date | null) =>
    time === null ? "?" : String((time.getTime() - at(0).getTime()) / 1000);
  return jobTimeline(of, attempts, at(now)).entries.map((entry) => {
    switch (entry.kind) {
      case "waited":
        return `waited ${seconds(entry.since)}–${seconds(entry.until)} ${entry.cause}`;
      case "waiting":
        return `waiting since ${seconds(entry.since)} ${entry.cause}`;
      case "running":
        return `running since ${seconds(entry.since)}`;
      case "started":
        return `${seconds(entry.at)} attempt ${entry.attempt}, try ${entry.tryNumber}`;
      case "ended":
        return `${seconds(entry.at)} ${entry.attempt.outcome}`;
      case "left":
        return `${seconds(entry.at)} left ${entry.status}`;
      default:
        return `${seconds(entry.at)} ${entry.kind}`;
    }
  });
}

describe("a job's timeline", () => {
  test("of a job that was never tried is its wait", () => {
    expect(told(job(), [], 41)).toEqual(["0 queued", "waiting since 0 turn"]);
  });

  test("of a job that runs ends with what runs", () => {
    const running = job({ status: "processing", startedAt: at(41), attemptCount: 1 });
    expect(told(running, [], 50)).toEqual([
      "0 queued",
      "waited 0–41 turn",
      "41 attempt 1, try 1",
      "running since 41",
    ]);
  });

  test("tells waiting from running, and ends with the next try", () => {
    const backsOff = job({ attemptCount: 2, startedAt: at(176), scheduledFor: at(318) });
    const attempts = [attempt(1, "retried", 41, 53.4), attempt(2, "retried", 176, 176.3)];
    expect(told(backsOff, attempts, 246)).toEqual([
      "0 queued",
      "waited 0–41 turn",
      "41 attempt 1, try 1",
      "53.4 retried",
      "waited 53.4–176 backoff",
      "176 attempt 2, try 2",
      "176.3 retried",
      "waiting since 176.3 backoff",
      "318 next",
    ]);
    const { waitedMs, ranMs } = jobTimeline(backsOff, attempts, at(246));
    expect(waitedMs).toBeCloseTo(1000 * (41 + 122.6 + 69.7));
    expect(ranMs).toBeCloseTo(1000 * 12.7);
  });

  test("doesn't count a try that a rate limit or an account gave back", () => {
    const done = job({
      status: "succeeded",
      attemptCount: 1,
      startedAt: at(90),
      finishedAt: at(91),
    });
    const attempts = [
      attempt(1, "waited", 1, 2, "rate_limited"),
      attempt(2, "waited", 30, 31, "quota_exhausted"),
      attempt(3, "succeeded", 90, 91),
    ];
    expect(told(done, attempts, 100)).toEqual([
      "0 queued",
      "waited 0–1 turn",
      "1 attempt 1, try 1",
      "2 waited",
      "waited 2–30 rate_limit",
      "30 attempt 2, try 1",
      "31 waited",
      "waited 31–90 account",
      "90 attempt 3, try 1",
      "91 succeeded",
    ]);
  });

  test("goes on after a rescue without a restart", () => {
    const again = job({ attemptCount: 1, startedAt: at(1), scheduledFor: at(331) });
    expect(told(again, [attempt(1, "lost", 1, 331, "lost")], 340)).toEqual([
      "0 queued",
      "waited 0–1 turn",
      "1 attempt 1, try 1",
      "331 lost",
      "waiting since 331 turn",
    ]);
  });

  test("of a job that was skipped, or cancelled while queued, ends without an attempt", () => {
    for (const status of ["skipped", "cancelled"] as const) {
      expect(told(job({ status, finishedAt: at(9) }), [], 100)).toEqual([
        "0 queued",
        "waited 0–9 turn",
        `9 left ${status}`,
      ]);
    }
    const waited = [attempt(1, "retried", 1, 2)];
    const left = job({ status: "cancelled", attemptCount: 1, startedAt: at(1), finishedAt: at(9) });
    expect(told(left, waited, 100).slice(-2)).toEqual(["waited 2–9 backoff", "9 left cancelled"]);
  });

  test("of a job that was cancelled while it ran ends with that attempt", () => {
    const left = job({ status: "cancelled", attemptCount: 1, startedAt: at(1), finishedAt: at(9) });
    const ended = told(left, [attempt(1, "cancelled", 1, 9, "cancelled")], 100);
    expect(ended.slice(-2)).toEqual(["1 attempt 1, try 1", "9 cancelled"]);
  });

  test("of a restarted job keeps the earlier run, and counts no wait before the restart", () => {
    const restarted = job({ scheduledFor: at(5000) });
    const attempts = [attempt(1, "failed", 1, 2, "refused")];
    expect(told(restarted, attempts, 5010)).toEqual([
      "0 queued",
      "waited 0–1 turn",
      "1 attempt 1, try 1",
      "2 failed",
      "5000 restarted",
      "waiting since 5000 turn",
    ]);
    expect(jobTimeline(restarted, attempts, at(5010)).waitedMs).toBe(11_000);
  });

  test("begins the tries anew after a restart, and goes on with the attempts", () => {
    const running = job({
      status: "processing",
      scheduledFor: at(5000),
      startedAt: at(5001),
      attemptCount: 1,
    });
    const attempts = [attempt(1, "retried", 1, 2), attempt(2, "failed", 10, 11, "refused")];
    expect(told(running, attempts, 5010).slice(-4)).toEqual([
      "5000 restarted",
      "waited 5000–5001 turn",
      "5001 attempt 3, try 1",
      "running since 5001",
    ]);
  });

  test("doesn't know when a restart was that further tries followed", () => {
    const backsOff = job({ attemptCount: 1, startedAt: at(5001), scheduledFor: at(5050) });
    const attempts = [attempt(1, "failed", 1, 2, "refused"), attempt(2, "retried", 5001, 5002)];
    expect(told(backsOff, attempts, 5010).slice(4)).toEqual([
      "? restarted",
      "5001 attempt 2, try 1",
      "5002 retried",
      "waiting since 5002 backoff",
      "5050 next",
    ]);
  });

  test("finds a restart after a cancel in the queue by the tries that were given back", () => {
    const again = job({ attemptCount: 0, scheduledFor: at(5000) });
    expect(told(again, [attempt(1, "retried", 1, 2)], 5010).slice(3)).toEqual([
      "2 retried",
      "5000 restarted",
      "waiting since 5000 turn",
    ]);
  });

  test("knows a job that was lost for good, restarted, and failed again", () => {
    const failed = job({
      status: "failed",
      maxAttempts: 1,
      attemptCount: 1,
      scheduledFor: at(5000),
      startedAt: at(5001),
      finishedAt: at(5002),
    });
    const attempts = [attempt(1, "lost", 1, 331, "lost"), attempt(2, "failed", 5001, 5002)];
    expect(told(failed, attempts, 6000)).toEqual([
      "0 queued",
      "waited 0–1 turn",
      "1 attempt 1, try 1",
      "331 lost",
      "5000 restarted",
      "waited 5000–5001 turn",
      "5001 attempt 2, try 1",
      "5002 failed",
    ]);
  });

  test("parts the runs before the last by what ended them", () => {
    const again = job({ maxAttempts: 1, scheduledFor: at(9000) });
    const attempts = [attempt(1, "lost", 1, 331, "lost"), attempt(2, "failed", 5001, 5002)];
    expect(told(again, attempts, 9001).filter((line) => line.endsWith("restarted"))).toEqual([
      "? restarted",
      "9000 restarted",
    ]);
  });
});
