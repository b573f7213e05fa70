import type { Environment } from "@/lib/env";
import type { FailedOutcome } from "@/lib/models/outcome";

/** Full jitter spreads retries best (AWS Architecture Blog, "Exponential Backoff And Jitter"). */
export function backoffMs(attempt: number, env: Environment, random: () => number): number {
  const ceiling = Math.min(env.RETRY_CAP_MS, env.RETRY_BASE_MS * 2 ** (attempt - 1));
  return Math.round(random() * ceiling);
}

export type Verdict =
  | { verdict: "fail" }
  /** Try this job again later; the attempt is used up. */
  | { verdict: "retry"; delayMs: number }
  /** The provider asks us to slow down: all jobs of the model wait. */
  | { verdict: "wait_for_rate_limit"; holdMs: number }
  /** The account is to blame: all jobs of the provider wait until a probe succeeds. */
  | { verdict: "wait_for_account" };

/**
 * What follows from a failed attempt: providers.md. In: the outcome, and the job's attempts since its
 * (re)start and claims ever, this one included. What the provider asks us to wait wins over our
 * backoff, up to the cap.
 */
export function afterFailure(
  outcome: Pick<FailedOutcome, "class" | "maxRetries" | "retryAfterMs">,
  job: { attemptCount: number; maxAttempts: number; claimCount: number },
  env: Environment,
  random: () => number = Math.random,
): Verdict {
  const asked =
    outcome.retryAfterMs === null ? null : Math.min(outcome.retryAfterMs, env.RETRY_CAP_MS);
  switch (outcome.class) {
    case "permanent":
      return { verdict: "fail" };
    case "account":
      return { verdict: "wait_for_account" };
    case "rate_limited":
      // Attempts are given back, so claims tell how often this went on. Never no wait at all: every
      // other job of the model would run into the same wall at once.
      return {
        verdict: "wait_for_rate_limit",
        holdMs: Math.max(env.RETRY_BASE_MS / 2, asked ?? backoffMs(job.claimCount, env, random)),
      };
    case "transient": {
      const allowed = Math.min(
        job.maxAttempts,
        (outcome.maxRetries ?? Number.POSITIVE_INFINITY) + 1,
      );
      if (job.attemptCount >= allowed) return { verdict: "fail" };
      return { verdict: "retry", delayMs: asked ?? backoffMs(job.attemptCount, env, random) };
    }
  }
}
