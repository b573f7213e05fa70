import { createHash, timingSafeEqual } from "node:crypto";
import type { Environment } from "@/lib/env";
import { ApiError } from "@/lib/errors";

const digest = (text: string) => createHash("sha256").update(text).digest();

/**
 * Lets the operator in: `Authorization: <CRON_SECRET>` or `Bearer <CRON_SECRET>`, the scheme in any
 * case; during a rotation CRON_SECRET_PREVIOUS too. Compares digests in constant time, so that
 * neither the secret's length nor its beginning can be found by timing. Throws UnauthorizedError.
 */
export function requireOperator(request: Request, env: Environment): void {
  const header = request.headers.get("authorization") ?? "";
  const offered = digest(header.replace(/^bearer +/i, ""));
  const accepted = [env.CRON_SECRET, env.CRON_SECRET_PREVIOUS].filter((s) => s !== undefined);
  const matches = accepted.map((secret) => timingSafeEqual(digest(secret), offered));
  if (matches.includes(true)) return;
  throw new ApiError(
    "UnauthorizedError",
    header === ""
      ? "Send the operator's secret: Authorization: Bearer <CRON_SECRET>"
      : "The Authorization header does not match the operator's secret",
  );
}
