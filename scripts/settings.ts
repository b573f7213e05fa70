import { environment } from "@/lib/env";

/**
 * Checks the settings before anything is started, with the local database's address and secret in
 * place of those that may be missing. Returns the port. Throws one sentence that names what is wrong.
 */
export function checkSettings(secret: string): number {
  const local = { DATABASE_URL: "postgres://127.0.0.1/canvass", CRON_SECRET: secret };
  return environment({ ...local, ...process.env, CRON_SECRET: secret }).PORT;
}
