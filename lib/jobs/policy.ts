import type { Environment } from "@/lib/env";
import type { FailedOutcome } from "@/lib/models/outcome";

/** Full jitter spreads retries best (AWS Architecture Blog, "Exponential Backoff And Jitter"). */
export function backoffMs(attempt: number, env: Environment, random: () => number): number {
  const ceiling = Math.min(env.RETRY_CAP_MS, env.RETRY_BASE_MS * 2 ** (attempt - 1));
  return Math.round(random() * ceiling);
}

export type Verdict =
  | { verdict: "fail" }
  | { verdict: "retry"; delayMs: number; usesAttempt: boolean };

/**
 * What follows from a failed attempt: providers.md. In: the outcome, and the job's attempts since its
 * (re)start, this one included. What the provider asks us to wait wins over our backoff, up to the
 * cap. A rate limit or an account's trouble is no fault of the job, so it uses up no attempt.
 */
export function afterFailure(
  outcome: Pick<FailedOutcome, "class" | "maxRetries" | "retryAfterMs">,
  job: { attemptCount: number; maxAttempts: number },
  env: Environment,
  random: () => number = Math.random,
): Verdict {
  const wait =
    outcome.retryAfterMs === null ? null : Math.min(outcome.retryAfterMs, env.RETRY_CAP_MS);
  switch (outcome.class) {
    case "permanent":
      return { verdict: "fail" };
    case "rate_limited":
      return {
        verdict: "retry",
        delayMs: wait ?? backoffMs(job.attemptCount, env, random),
        usesAttempt: false,
      };
    case "account":
      return { verdict: "retry", delayMs: env.RETRY_CAP_MS, usesAttempt: false };
    case "transient": {
      const allowed = Math.min(
        job.maxAttempts,
        (outcome.maxRetries ?? Number.POSITIVE_INFINITY) + 1,
      );
      if (job.attemptCount >= allowed) return { verdict: "fail" };
      const delayMs = wait ?? backoffMs(job.attemptCount, env, random);
      return { verdict: "retry", delayMs, usesAttempt: true };
    }
  }
}
