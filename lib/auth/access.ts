import type { Scope } from "@/db/schema";
import { ApiError } from "@/lib/errors";
import type { Caller } from "./caller";
import { isFromOwnPage } from "./own-page";

/**
 * Who may call a route, besides the operator, who may call all: nobody (`operator`); admins (`admin`, by
 * key with the scope `run`; `admin-session`: with a session alone); users (`session`: with a session
 * alone; `read`, `run`: by key with that scope too). `own-session`: users with a session, and not even
 * the operator, who is nobody in particular.
 */
export type Access =
  | "operator"
  | "admin"
  | "admin-session"
  | "session"
  | "own-session"
  | "read"
  | "run";

/** Throws ForbiddenError where the caller is known and may not call such a route. */
export function authorize(caller: Caller, access: Access): void {
  if (caller.kind === "operator") {
    if (access !== "own-session") return;
    throw forbidden("The operator has no account to do this for: sign in");
  }
  if (access === "operator") throw forbidden("Only the operator's secret opens this");
  const isAdmins = access === "admin" || access === "admin-session";
  if (isAdmins && caller.role !== "admin") throw forbidden("Only admins may do this");
  if (caller.via === "session") return;
  if (access.endsWith("session")) throw forbidden("This is done signed in, never with an API key");
  const scope: Scope = access === "read" ? "read" : "run";
  if (!caller.scopes.includes(scope)) throw forbidden(`This API key lacks the scope ${scope}`);
}

/** Whether a GET that only reads may start a run besides: never for a link on somebody else's page. */
export function mayRun(caller: Caller, request: Request): boolean {
  if (caller.kind === "operator") return true;
  return caller.via === "key" ? caller.scopes.includes("run") : isFromOwnPage(request);
}

function forbidden(message: string): ApiError {
  return new ApiError("ForbiddenError", message);
}
