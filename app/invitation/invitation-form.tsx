"use client";

import { AccountForm, NAME, NEW_PASSWORD } from "../account-form";
import { refusalOf } from "../ui/call-api";

/** Makes the invited account and signs it in. */
export function InvitationForm({ token, email }: { token: string; email: string }) {
  return (
    <AccountForm
      fields={[NAME, NEW_PASSWORD]}
      button="Create the account"
      busy="Creating…"
      submit={async ({ name, password }) => {
        const refused =
          (await refusalOf({
            method: "POST",
            path: "/api/invitations/accept",
            body: { token, name, password },
          })) ??
          (await refusalOf({
            method: "POST",
            path: "/api/auth/sign-in/email",
            body: { email, password },
          }));
        // Not left in the history: the link's token is used up.
        if (refused === null) window.location.replace("/");
        return refused;
      }}
    />
  );
}
