import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { database } from "./client";
import { invitations, type Role } from "./schema";

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
