import { createHmac } from "node:crypto";
import type { Environment } from "@/lib/env";

/**
 * AUTH_SECRET, else one that follows from CRON_SECRET and doesn't give it away. Signs sessions; what else
 * is signed has a key that follows from it.
 */
export function authSecret(env: Pick<Environment, "AUTH_SECRET" | "CRON_SECRET">): string {
  const derived = createHmac("sha256", env.CRON_SECRET).update("canvass: sessions").digest("hex");
  return env.AUTH_SECRET ?? derived;
}
