import type { Environment } from "./env";

/**
 * Where the app calls itself: an origin without a slash at its end, from the environment alone, never
 * from a request's Host header, which anybody can forge to be sent our secret.
 * A preview deployment (VERCEL_ENV "preview") ignores all but its own address, or it would run
 * production's jobs. https://vercel.com/docs/environment-variables/system-environment-variables
 */
export function selfAddress(env: Environment): string {
  if (env.VERCEL_ENV === "preview" && env.VERCEL_URL) return `https://${env.VERCEL_URL}`;
  const configured = env.APP_URL ?? env.NEXT_PUBLIC_APP_URL;
  if (configured) return configured.replace(/\/+$/, "");
  const deployment = env.VERCEL_PROJECT_PRODUCTION_URL ?? env.VERCEL_URL;
  return deployment ? `https://${deployment}` : `http://127.0.0.1:${env.PORT}`;
}
