import { createHash, timingSafeEqual } from "node:crypto";
import type { Environment } from "@/lib/env";

const digest = (text: string) => createHash("sha256").update(text).digest();

/**
 * Whether a header is the operator's: `Authorization: <CRON_SECRET>` or `Bearer <CRON_SECRET>`, the
 * scheme in any case; during a rotation CRON_SECRET_PREVIOUS too. Compares digests in constant time,
 * so that neither the secret's length nor its beginning can be found by timing.
 */
export function isOperator(authorization: string, env: Environment): boolean {
  const offered = digest(authorization.replace(/^bearer +/i, ""));
  const accepted = [env.CRON_SECRET, env.CRON_SECRET_PREVIOUS].filter((s) => s !== undefined);
  const matches = accepted.map((secret) => timingSafeEqual(digest(secret), offered));
  return matches.includes(true);
}
