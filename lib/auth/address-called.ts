import type { Environment } from "@/lib/env";
import { selfAddress } from "@/lib/self-address";

/** Whether the caller came by https, as far as it can be known behind a proxy. */
export function cameByHttps(request: Pick<Request, "headers">, env: Environment): boolean {
  const forwarded = request.headers.get("x-forwarded-proto")?.split(",")[0]?.trim();
  return selfAddress(env).startsWith("https:") || forwarded === "https";
}

/**
 * The origins that our own pages have: the configured address, and the host that was called, which a
 * page elsewhere can't choose: it names its own in Origin, and the browser names ours in Host. By plain
 * http only where the call itself didn't come by https.
 */
export function ownOrigins(request: Pick<Request, "headers">, env: Environment): string[] {
  const host = request.headers.get("host") ?? "";
  const called = [`https://${host}`, ...(cameByHttps(request, env) ? [] : [`http://${host}`])];
  return [selfAddress(env), ...called].filter((url) => URL.canParse(url)).map(toOrigin);
}

const toOrigin = (url: string) => new URL(url).origin;
