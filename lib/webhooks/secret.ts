import { createHmac } from "node:crypto";
import { authSecret } from "@/lib/auth/auth-secret";
import type { Environment } from "@/lib/env";

type Secrets = Pick<Environment, "AUTH_SECRET" | "CRON_SECRET" | "CRON_SECRET_PREVIOUS">;

/**
 * The secrets that a webhook's messages are signed with, the present one first, as Standard Webhooks
 * writes them. They follow from the app's own secret and the row's salt, so that whoever reads the table
 * can sign nothing. While CRON_SECRET is rotated there are two, and receivers may know either.
 */
export function webhookSecrets(
  { id, secretSalt }: { id: number; secretSalt: string },
  env: Secrets,
): [string, ...string[]] {
  const derive = (secret: string) =>
    `whsec_${createHmac("sha256", secret).update(`canvass: webhook:${id}:${secretSalt}`).digest("base64")}`;
  const present = derive(authSecret(env));
  if (env.AUTH_SECRET !== undefined || env.CRON_SECRET_PREVIOUS === undefined) return [present];
  return [present, derive(authSecret({ CRON_SECRET: env.CRON_SECRET_PREVIOUS }))];
}
