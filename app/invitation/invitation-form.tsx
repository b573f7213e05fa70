"use client";

import { AccountForm, NAME, NEW_PASSWORD } from "../account-form";
import { postJson } from "../post-json";

/** Makes the invited account and signs it in. */
export function InvitationForm({ token, email }: { token: string; email: string }) {
  return (
    <AccountForm
      fields={[NAME, NEW_PASSWORD]}
      button="Create the account"
      submit={async ({ name, password }) => {
        const refused =
          (await postJson("/api/invitations/accept", { token, name, password })) ??
          (await postJson("/api/auth/sign-in/email", { email, password }));
        // Not left in the history: the link's token is used up.
        if (refused === null) window.location.replace("/");
        return refused;
      }}
    />
  );
}
