import { and, desc, eq, gt, isNull, sql } from "drizzle-orm";
import { database } from "./client";
import { invitations, type Role, users } from "./schema";

/** Whom a link invites, by its token's hash; null where it is unknown, accepted or expired. */
export async function findOpenInvitation(
  tokenHash: string,
): Promise<{ email: string; role: Role } | null> {
  const [found] = await database
    .select({ email: invitations.email, role: invitations.role })
    .from(invitations)
    .where(
      and(
        eq(invitations.tokenHash, tokenHash),
        isNull(invitations.acceptedAt),
        gt(invitations.expiresAt, sql`now()`),
      ),
    );
  return found ?? null;
}

/** A link that nobody has used yet; `invitedBy` is a name, null: the operator's, or gone. */
export type OpenInvitation = {
  id: number;
  email: string;
  role: Role;
  invitedBy: string | null;
  expiresAt: Date;
};

/** All that can still be accepted, newest first. */
export function listOpenInvitations(): Promise<OpenInvitation[]> {
  return database
    .select({
      id: invitations.id,
      email: invitations.email,
      role: invitations.role,
      invitedBy: users.name,
      expiresAt: invitations.expiresAt,
    })
    .from(invitations)
    .leftJoin(users, eq(users.id, invitations.invitedBy))
    .where(and(isNull(invitations.acceptedAt), gt(invitations.expiresAt, sql`now()`)))
    .orderBy(desc(invitations.id));
}
