import type { z } from "zod";
import { insertInvitedAccount } from "@/db/accounts";
import { violatedConstraint } from "@/db/errors";
import { findOpenInvitation } from "@/db/invitation-queries";
import { deleteInvitation, insertInvitation } from "@/db/invitations";
import type { Environment } from "@/lib/env";
import { ApiError } from "@/lib/errors";
import { selfAddress } from "@/lib/self-address";
import { emailTaken, toAccount, type UserView, userView } from "./accounts";
import type { acceptance, newInvitation } from "./input";
import { randomToken, tokenHash } from "./secret-token";

const DAYS_VALID = 7;

/**
 * Makes a link by which one person makes an account, once, within 7 days. `invitedBy` is a user's id;
 * null: the operator. Throws ConflictError where the email has an account.
 */
export async function invite(
  { email, role }: z.output<typeof newInvitation>,
  invitedBy: string | null,
  env: Environment,
): Promise<{ url: string; expiresAt: Date }> {
  const token = randomToken();
  const expiresAt = await insertInvitation({
    tokenHash: tokenHash(token),
    email,
    role,
    invitedBy,
    daysValid: DAYS_VALID,
  });
  if (!expiresAt) throw new ApiError("ConflictError", "This email has an account already");
  return { url: `${selfAddress(env)}/invitation?token=${token}`, expiresAt };
}

/** Whom a link invites; null where it is unknown, used or expired. */
export function readInvitation(token: string) {
  return findOpenInvitation(tokenHash(token));
}

/**
 * Makes the account that a link is for. Throws NotFoundError, the same where it is unknown, used or
 * expired, or another call was first; ConflictError where the email has an account by now.
 */
export async function acceptInvitation(input: z.output<typeof acceptance>): Promise<UserView> {
  const { token, name, password } = input;
  // Looked up first, so that strangers can't have passwords hashed; the statement below decides.
  const invitation = await readInvitation(token);
  if (!invitation) throw invitationNotFound();
  const account = await toAccount({ email: invitation.email, name, password });
  try {
    const made = await insertInvitedAccount(tokenHash(token), account);
    if (made) return userView(made);
  } catch (error) {
    if (violatedConstraint(error) === "users_email_unique") throw emailTaken();
    throw error;
  }
  throw invitationNotFound();
}

/** Ends a link before anybody used it. Throws NotFoundError, also where it was used. */
export async function revokeInvitation(invitationId: number): Promise<void> {
  if (await deleteInvitation(invitationId)) return;
  throw new ApiError("NotFoundError", `Invitation ${invitationId} not found`, { invitationId });
}

function invitationNotFound(): ApiError {
  return new ApiError(
    "NotFoundError",
    "This invitation was used, has expired, or never was: ask for another one",
  );
}
