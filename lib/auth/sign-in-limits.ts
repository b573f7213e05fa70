import { countFailure, forgetFailures, forgiveFailure } from "@/db/sign-in-failures";
import type { Environment } from "@/lib/env";
import { ApiError } from "@/lib/errors";
import { clientAddress } from "./client-address";
import { tokenHash } from "./secret-token";

export const WINDOW_SECONDS = 15 * 60;

/** Failures in a window. Of everybody together: where addresses can't be told apart. */
export const MOST_FAILURES = { account: 10, address: 30, everybody: 1_000 };

type Limit = { key: string; most: number };

/** Of one account, whether there is one or not. */
const accountLimit = (email: string): Limit => ({
  key: `account:${tokenHash(email)}`,
  most: MOST_FAILURES.account,
});

/** Of one place: the caller's address on Vercel, else all callers together. */
function placeLimit(request: Request, env: Environment, what: string): Limit {
  const address = clientAddress(request, env);
  return address === null
    ? { key: `${what}:everybody`, most: MOST_FAILURES.everybody }
    : { key: `${what}:${tokenHash(address)}`, most: MOST_FAILURES.address };
}

/**
 * Runs a check of a password, unless its account or place has failed too often: then throws
 * RateLimitedError without looking at the password. Each try counts as a failure until it succeeds, so
 * that many at once are no more than many in a row.
 */
export async function limitGuesses<T>(
  { request, env, email }: { request: Request; env: Environment; email: string },
  check: () => Promise<T>,
): Promise<T> {
  const account = accountLimit(email);
  const place = placeLimit(request, env, "sign-in");
  await count([account, place]);
  const result = await check();
  await forgetFailures(account.key);
  await forgiveFailure(place.key);
  return result;
}

/** Counts an account that somebody makes unasked. Throws RateLimitedError. */
export function limitSignUps(request: Request, env: Environment): Promise<void> {
  return count([placeLimit(request, env, "sign-up")]);
}

async function count(limits: Limit[]): Promise<void> {
  const seconds = await countFailure(limits, WINDOW_SECONDS);
  if (seconds === null) return;
  const message = `Too many tries. Wait ${seconds} s.`;
  throw new ApiError("RateLimitedError", message, { retryAfterSeconds: seconds });
}
