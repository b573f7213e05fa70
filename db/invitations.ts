import { sql } from "drizzle-orm";
import { execute } from "./client";
import type { Role } from "./schema";

/** `invitedBy` is a user's id; null: the operator. */
export type NewInvitation = {
  tokenHash: string;
  email: string;
  role: Role;
  invitedBy: string | null;
  daysValid: number;
};

/** Gives when it expires; null where the email has an account. */
export async function insertInvitation(invitation: NewInvitation): Promise<Date | null> {
  const { tokenHash, email, role, invitedBy, daysValid } = invitation;
  const [row] = await execute<{ expires_at: string }>(sql`
    insert into invitations (token_hash, email, role, invited_by, expires_at)
    select ${tokenHash}, ${email}, ${role}, ${invitedBy}, now() + make_interval(days => ${daysValid}::int)
    where not exists (select from users where email = ${email})
    returning expires_at`);
  return row ? new Date(row.expires_at) : null;
}

/** Ends a link that nobody has used; false: there is none, or it was used. */
export async function deleteInvitation(id: number): Promise<boolean> {
  const rows = await execute(sql`
    delete from invitations where id = ${id}::bigint and accepted_at is null returning id`);
  return rows.length > 0;
}
