import { z } from "zod";
import { authorize } from "@/lib/auth/access";
import { findEndpoint } from "@/lib/auth/endpoints";
import { identify } from "@/lib/auth/identify";
import { refuseForeignOrigin, requireOwnOrigin } from "@/lib/auth/own-page";
import { environment } from "@/lib/env";
import { ApiError } from "@/lib/errors";
import { readJson } from "./body";
import { errorReply } from "./error-reply";
import { queryOf, readInput } from "./read-input";
import { methodNotAllowed } from "./reply";
import type { NextRoute } from "./route";

/**
 * The way to better-auth's routes, with the order of checks and the errors of all others. Its replies
 * are its own. `all` in the route's folder is the path below /api/auth.
 */
export function authRoute(): NextRoute {
  return async (request, context) => {
    try {
      const path = [(await context.params).all]
        .flat()
        .map((part) => encodeURIComponent(part ?? ""))
        .join("/");
      const endpoint = findEndpoint(path);
      if (!endpoint) {
        throw new ApiError("NotFoundError", `There is nothing at /api/auth/${path.slice(0, 200)}`);
      }
      if (request.method === "OPTIONS") {
        return new Response(null, { status: 204, headers: { allow: endpoint.method } });
      }
      const method = request.method === "HEAD" ? "GET" : request.method;
      if (method !== endpoint.method) return methodNotAllowed(endpoint.method)();
      const env = environment();
      if (endpoint.signedIn) authorize(await identify(request, env), "own-session");
      endpoint.requireOpen?.(env);
      if (method === "POST") {
        const check = hasSessionCookie(request) ? requireOwnOrigin : refuseForeignOrigin;
        check(request, env);
      }
      const sent = method === "POST" ? await readJson(request, { optional: true }) : undefined;
      readInput(z.strictObject({}), queryOf(request));
      return await endpoint.answer({ request, env, path }, sent);
    } catch (error) {
      return errorReply(error);
    }
  };
}

/** Whether there could be one: it need not be valid to be at stake. */
function hasSessionCookie(request: Request): boolean {
  return request.headers.get("cookie")?.includes("canvass.session_token=") ?? false;
}
