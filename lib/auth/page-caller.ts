import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { hasAccounts } from "@/db/account-queries";
import { environment } from "@/lib/env";
import type { Caller } from "./caller";
import { readSession, type SessionUser } from "./session";

/** Who looks at a page, and as what caller its data is read. */
export type Viewer = { user: SessionUser; caller: Extract<Caller, { kind: "user" }> };

/** Null: nobody is signed in. */
export async function readViewer(headers: Headers): Promise<Viewer | null> {
  const user = await readSession({ headers }, environment());
  if (!user) return null;
  return { user, caller: { kind: "user", userId: user.id, role: user.role, via: "session" } };
}

/**
 * Who is signed in, for a page of the dashboard: to be called by each page itself, since a layout isn't
 * rendered anew for each of them. Sends everybody else to the sign-in, and back to `path` after it; to
 * the setup where there is no account yet.
 */
export async function requireViewer(path: string): Promise<Viewer> {
  const viewer = await readViewer(await headers());
  if (viewer) return viewer;
  redirect((await hasAccounts()) ? `/sign-in?next=${encodeURIComponent(path)}` : "/setup");
}
