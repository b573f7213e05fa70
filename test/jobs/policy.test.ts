import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { environment } from "@/lib/env";
import { afterFailure, backoffMs } from "@/lib/jobs/policy";

const env = environment({
  DATABASE_URL: "postgres://host/name",
  CRON_SECRET: "0123456789abcdef",
  RETRY_BASE_MS: "2000",
  RETRY_CAP_MS: "900000",
});
const most = () => 1;
const outcome = { class: "transient", maxRetries: null, retryAfterMs: null } as const;
const job = (attemptCount: number) => ({ attemptCount, maxAttempts: 3, claimCount: attemptCount });

describe("what follows from a failure", () => {
  test("the backoff's ceiling doubles with each attempt, up to the cap", () => {
    const ceilings = [1, 2, 3, 4, 20].map((attempt) => backoffMs(attempt, env, most));
    expect(ceilings).toEqual([2_000, 4_000, 8_000, 16_000, 900_000]);
  });

  test("full jitter: any wait from none to the ceiling", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (n, r) => {
          const wait = backoffMs(n, env, () => r);
          return wait >= 0 && wait <= Math.min(900_000, 2_000 * 2 ** (n - 1));
        },
      ),
    );
  });

  test("a transient failure is retried while attempts are left", () => {
    expect(afterFailure(outcome, job(2), env, most)).toEqual({
      verdict: "retry",
      delayMs: 4_000,
    });
    expect(afterFailure(outcome, job(3), env, most)).toEqual({ verdict: "fail" });
  });

  test("what the provider asks us to wait wins over the backoff, up to the cap", () => {
    const asked = (retryAfterMs: number) =>
      afterFailure({ ...outcome, retryAfterMs }, job(1), env, most);
    expect(asked(180_000)).toMatchObject({ delayMs: 180_000 });
    expect(asked(10)).toMatchObject({ delayMs: 10 });
    expect(asked(86_400_000)).toMatchObject({ delayMs: 900_000 });
  });

  const limited = { class: "rate_limited", maxRetries: null, retryAfterMs: null } as const;

  test("a rate limit holds the model as long as the provider asks, and is never the job's fault", () => {
    expect(afterFailure({ ...limited, retryAfterMs: 5_000 }, job(3), env, most)).toEqual({
      verdict: "wait_for_rate_limit",
      holdMs: 5_000,
    });
  });

  test("a rate limit without a hint holds longer the longer it goes on, and never not at all", () => {
    const hold = (claimCount: number, random: () => number) =>
      afterFailure(limited, { ...job(1), claimCount }, env, random);
    expect(hold(1, () => 0)).toMatchObject({ holdMs: 1_000 });
    expect(afterFailure({ ...limited, retryAfterMs: 0 }, job(1), env)).toMatchObject({
      holdMs: 1_000,
    });
    expect(hold(5, most)).toMatchObject({ holdMs: 32_000 });
  });

  test("an account's trouble waits for the account, whatever attempts are left", () => {
    const account = { class: "account", maxRetries: null, retryAfterMs: null } as const;
    expect(afterFailure(account, job(3), env)).toEqual({ verdict: "wait_for_account" });
  });

  test("an error's own limit of retries holds even where attempts are left", () => {
    const malformed = { ...outcome, maxRetries: 2 };
    const patient = (attemptCount: number) => ({ ...job(attemptCount), maxAttempts: 10 });
    expect(afterFailure(malformed, patient(2), env, most).verdict).toBe("retry");
    expect(afterFailure(malformed, patient(3), env, most).verdict).toBe("fail");
  });

  test("a permanent failure is final at once", () => {
    const permanent = { class: "permanent", maxRetries: 0, retryAfterMs: null } as const;
    expect(afterFailure(permanent, job(1), env, most)).toEqual({ verdict: "fail" });
  });
});
