import { z } from "zod";
import type { Environment } from "@/lib/env";
import { ApiError, validationError } from "@/lib/errors";
import { AUTH_PATH, betterAuthFor } from "./better-auth";
import { unauthorized } from "./identify";

/** A call of one of better-auth's routes; `path` is what follows /api/auth/. */
export type AuthCall = { request: Request; env: Environment; path: string };

/** What better-auth needs to know of the caller, and what it stores of it. */
const PASSED_HEADERS = ["cookie", "x-forwarded-for"];
const USER_AGENT_LETTERS = 300;

/**
 * Has better-auth answer, with a checked body in place of what was sent. Throws its errors as the
 * contract's. An outage of the database is
 * better found before: some of better-auth's routes make one a plain 500.
 */
export async function callBetterAuth(call: AuthCall, body?: unknown): Promise<Response> {
  const { request, env, path } = call;
  const auth = betterAuthFor(request, env);
  const headers = new Headers({
    "user-agent": (request.headers.get("user-agent") ?? "").slice(0, USER_AGENT_LETTERS),
  });
  for (const name of PASSED_HEADERS) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  if (body !== undefined) headers.set("content-type", "application/json");
  const url = `${auth.options.baseURL}${AUTH_PATH}/${path}`;
  const method = body === undefined ? "GET" : "POST";
  const init = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await auth.handler(new Request(url, { method, headers, ...init }));
  if (!response.ok) throw await errorOf(response);
  response.headers.set("cache-control", "no-store");
  return response;
}

const refusal = z.object({ code: z.string().optional() }).catch({});

async function errorOf(response: Response): Promise<Error> {
  const { code } = refusal.parse(await response.json().catch(() => ({})));
  switch (code) {
    case "INVALID_EMAIL_OR_PASSWORD":
      return new ApiError("UnauthorizedError", "Email or password is wrong.");
    case "INVALID_PASSWORD":
      return validationError([{ path: "currentPassword", message: "is wrong" }]);
  }
  if (response.status === 401) return unauthorized();
  return new Error(`better-auth answered ${response.status} ${code ?? ""}`);
}
