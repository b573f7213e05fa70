import { z } from "zod";
import type { Environment } from "@/lib/env";
import { betterAuthFor } from "./better-auth";

const session = z.object({
  id: z.string(),
  /** Opens nothing by itself: a cookie bears its signature too. */
  token: z.string(),
  userAgent: z.string().nullish(),
  ipAddress: z.string().nullish(),
  createdAt: z.date(),
  updatedAt: z.date(),
});

/** Where the caller is signed in; `isThis`: the session that asks. */
export type SessionView = z.output<typeof session> & { isThis: boolean };

/** The sessions of whoever's cookie this is, the one that asks first, then the newest. */
export async function readSessions(
  request: Pick<Request, "headers">,
  env: Environment,
): Promise<SessionView[]> {
  const { api } = betterAuthFor(request, env);
  const { headers } = request;
  const [own, all] = await Promise.all([
    api.getSession({ headers, query: { disableRefresh: true } }),
    api.listSessions({ headers }),
  ]);
  return z
    .array(session)
    .parse(all)
    .map((one) => ({ ...one, isThis: one.id === own?.session.id }))
    .sort(
      (a, b) =>
        Number(b.isThis) - Number(a.isThis) || b.updatedAt.getTime() - a.updatedAt.getTime(),
    );
}
