import { describe, expect, test } from "vitest";
import { type Waiting, waitingSentence } from "@/lib/jobs/waiting-sentence";

const now = new Date("2026-01-30T14:02:08Z");
const later = new Date("2026-01-30T14:03:20Z");
const reader = { timeZone: "UTC", now };

const waiting = (some: Partial<Waiting>): Waiting => ({
  waitingFor: "dispatch",
  attemptCount: 0,
  scheduledFor: now,
  lastError: null,
  model: {
    name: "gpt-5",
    provider: "openai",
    maxConcurrency: 10,
    requestsPerMinute: 60,
    rateLimitedUntil: null,
  },
  pause: null,
  limits: { maxJobs: 50, maxJobsPerOwner: 25 },
  isOwn: true,
  ...some,
});

const told = (some: Partial<Waiting>, by = reader) => {
  const { lead, rest } = waitingSentence(waiting(some), by);
  return `${lead} ${rest}`.trim();
};

describe("why a job waits", () => {
  test("is told for each reason", () => {
    expect(told({ waitingFor: "dispatch" })).toBe(
      "Waits to be sent out; the next sweep takes it at the latest.",
    );
    expect(told({ waitingFor: "global_limit" })).toMatch(/^All 50 places are in use\./);
    expect(told({ waitingFor: "user_limit" })).toMatch(/^25 of your jobs run already\./);
    expect(told({ waitingFor: "model_limit" })).toMatch(/^gpt-5 runs 10 at once at most\./);
  });

  test("names the next try, why, and until when", () => {
    const backsOff = waiting({
      waitingFor: "backoff",
      attemptCount: 2,
      scheduledFor: later,
      lastError: "OpenAI did not answer in time",
    });
    expect(waitingSentence(backsOff, reader)).toEqual({
      lead: "Waits for its third try, at 14:03:20.",
      rest: "OpenAI did not answer in time.",
      until: later,
    });
  });

  test("is in the reader's time, with the day where it is far", () => {
    const berlin = { timeZone: "Europe/Berlin", now };
    expect(told({ waitingFor: "backoff", scheduledFor: later }, berlin)).toMatch(/at 15:03:20\.$/);
    const tomorrow = new Date("2026-01-31T14:00:00Z");
    expect(told({ waitingFor: null, scheduledFor: tomorrow })).toBe(
      "Isn't due before 31 Jan 14:00.",
    );
  });

  test("tells a provider's wait from the model's own calls a minute", () => {
    const model = { ...waiting({}).model, rateLimitedUntil: later };
    expect(told({ waitingFor: "rate_limit", model })).toBe(
      "openai asked us to slow down until 14:03:20.",
    );
    const over = { ...model, rateLimitedUntil: new Date("2026-01-30T14:00:00Z") };
    expect(told({ waitingFor: "rate_limit", model: over })).toMatch(
      /^gpt-5 takes 60 calls a minute at most\./,
    );
  });

  test("tells a pause by hand from an account that refuses", () => {
    const pause: NonNullable<Waiting["pause"]> = {
      provider: null,
      modelId: 2,
      reason: "manual",
      nextProbeAt: null,
    };
    const paused = (some: Partial<typeof pause>) =>
      told({ waitingFor: "paused", pause: { ...pause, ...some } });
    expect(paused({})).toMatch(/^gpt-5 is paused\./);
    expect(paused({ provider: "openai", modelId: null })).toMatch(/^openai is paused\./);
    expect(paused({ modelId: null })).toMatch(/^Everything is paused\./);
    const circuit = { ...pause, provider: "openai", modelId: null, reason: "quota_exhausted" };
    expect(told({ waitingFor: "paused", pause: { ...circuit, nextProbeAt: later } })).toBe(
      "openai refuses our calls: quota used up. Next try at 14:03:20, with one job.",
    );
  });

  test("doesn't say your of somebody else's jobs", () => {
    expect(told({ waitingFor: "user_limit", isOwn: false })).toMatch(/^25 of its owner's jobs/);
  });
});
