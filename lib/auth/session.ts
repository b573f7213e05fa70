import { z } from "zod";
import { ROLES } from "@/db/schema";
import type { Environment } from "@/lib/env";
import { betterAuthFor } from "./better-auth";

const found = z.object({
  user: z.object({ id: z.string(), email: z.string(), name: z.string(), role: z.enum(ROLES) }),
});

/** Who is signed in, as of now: a session that was ended, or ran out, is none. */
export type SessionUser = z.output<typeof found>["user"];

/**
 * Reads the session cookie, checks its signature, and looks the session up. Null: nobody is signed in.
 * Writes nothing: a session is prolonged by GET /api/auth/get-session alone. Throws where the database
 * is away.
 */
export async function readSession(
  request: Pick<Request, "headers">,
  env: Environment,
): Promise<SessionUser | null> {
  if (!request.headers.has("cookie")) return null;
  const session = await betterAuthFor(request, env).api.getSession({
    headers: request.headers,
    query: { disableRefresh: true },
  });
  return session === null ? null : found.parse(session).user;
}
