"use client";

import { AccountForm, EMAIL, NAME, NEW_PASSWORD } from "../account-form";
import { refusalOf } from "../ui/call-api";

/** Makes a member's account, which signs in too. */
export function SignUpForm() {
  return (
    <AccountForm
      fields={[NAME, EMAIL, NEW_PASSWORD]}
      button="Create the account"
      busy="Creating…"
      submit={async ({ name, email, password }) => {
        const refused = await refusalOf({
          method: "POST",
          path: "/api/auth/sign-up/email",
          body: { name, email, password },
        });
        if (refused === null) window.location.assign("/");
        return refused;
      }}
    />
  );
}
