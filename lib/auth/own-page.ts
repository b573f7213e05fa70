import type { Environment } from "@/lib/env";
import { ApiError } from "@/lib/errors";
import type { Access } from "./access";
import { ownOrigins } from "./address-called";
import type { Caller } from "./caller";

/**
 * A browser sends our cookie along whoever asks it to: so a call by cookie that changes something must
 * come from a page of ours. Other callers prove themselves by a header, which no foreign page can send.
 * Throws ForbiddenError.
 */
export function requireOwnPage(
  request: Request,
  env: Environment,
  caller: Caller,
  access: Access,
): void {
  if (caller.kind === "operator" || caller.via === "key") return;
  if (!["GET", "HEAD"].includes(request.method)) {
    requireOwnOrigin(request, env);
    // Browsers send no Origin with a GET of the same site.
  } else if ((access === "admin" || access === "run") && !isFromOwnPage(request)) {
    throw new ApiError("ForbiddenError", "By cookie this works from Canvass's own pages only");
  }
}

/** Throws ForbiddenError where Origin is missing, `null`, or not ours. */
export function requireOwnOrigin(request: Request, env: Environment): void {
  const origin = request.headers.get("origin");
  if (origin !== null && ownOrigins(request, env).includes(origin)) return;
  throw new ApiError(
    "ForbiddenError",
    "By cookie, changes are made from Canvass's own pages only: the Origin header must be its address (APP_URL)",
  );
}

/** For calls that need no cookie: what a foreign page sends is refused, what has no page is not. */
export function refuseForeignOrigin(request: Request, env: Environment): void {
  if (request.headers.has("origin")) requireOwnOrigin(request, env);
}

/** https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site: no script can set it. */
export function isFromOwnPage(request: Request): boolean {
  return request.headers.get("sec-fetch-site") === "same-origin";
}
