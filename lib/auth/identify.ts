import { admitApiKey } from "@/db/api-keys";
import type { Environment } from "@/lib/env";
import { ApiError } from "@/lib/errors";
import { KEY_MARK } from "./api-keys";
import type { Caller } from "./caller";
import { isOperator } from "./operator";
import { tokenHash } from "./secret-token";
import { readSession } from "./session";

/**
 * Who calls: by the Authorization header where there is one, the operator or an API key's owner, else
 * by the session cookie. A wrong header is refused even beside a good cookie. Throws UnauthorizedError,
 * the same for all that isn't known.
 */
export async function identify(request: Request, env: Environment): Promise<Caller> {
  const authorization = request.headers.get("authorization");
  const caller =
    authorization === null ? await bySession(request, env) : await byHeader(authorization, env);
  if (caller) return caller;
  throw unauthorized();
}

export function unauthorized(): ApiError {
  return new ApiError(
    "UnauthorizedError",
    "Sign in, or send Authorization: Bearer with an API key or the operator's secret",
  );
}

async function byHeader(authorization: string, env: Environment): Promise<Caller | null> {
  if (isOperator(authorization, env)) return { kind: "operator" };
  const key = /^bearer +(\S+)$/i.exec(authorization)?.[1];
  if (!key?.startsWith(KEY_MARK)) return null;
  const known = await admitApiKey(tokenHash(key));
  return known && { kind: "user", via: "key", ...known };
}

async function bySession(request: Request, env: Environment): Promise<Caller | null> {
  const user = await readSession(request, env);
  return user && { kind: "user", via: "session", userId: user.id, role: user.role };
}
