import { ApiError } from "@/lib/errors";
import type { Caller } from "./caller";

/**
 * Who may call a route, besides the operator, who may call all: nobody (`operator`); admins (`admin`, by
 * key with the scope `run`); users (`session`: with a session alone; `read`, `run`: by key with that
 * scope too).
 */
export type Access = "operator" | "admin" | "session" | "read" | "run";

/** Throws ForbiddenError where the caller is known and may not call such a route. */
export function authorize(caller: Caller, access: Access): void {
  if (caller.kind === "operator") return;
  if (access === "operator") throw forbidden("Only the operator's secret opens this");
  if (access === "admin" && caller.role !== "admin") throw forbidden("Only admins may do this");
  if (caller.via === "session") return;
  if (access === "session") throw forbidden("This is done signed in, never with an API key");
  const scope = access === "read" ? "read" : "run";
  if (!caller.scopes.includes(scope)) throw forbidden(`This API key lacks the scope ${scope}`);
}

/**
 * True where a call that may look may also start work: by key with the scope `run`, by cookie only from
 * our own pages (w3.org/TR/fetch-metadata), or any page could spend money by linking to us.
 */
export function mayRun(caller: Caller, request: Request): boolean {
  if (caller.kind === "operator") return true;
  if (caller.via === "key") return caller.scopes.includes("run");
  return request.headers.get("sec-fetch-site") === "same-origin";
}

function forbidden(message: string): ApiError {
  return new ApiError("ForbiddenError", message);
}
