"use client";

import { AccountForm, EMAIL, NAME, NEW_PASSWORD } from "../account-form";
import { postJson } from "../post-json";

/** Makes a member's account, which signs in too. */
export function SignUpForm() {
  return (
    <AccountForm
      fields={[NAME, EMAIL, NEW_PASSWORD]}
      button="Create the account"
      submit={async ({ name, email, password }) => {
        const refused = await postJson("/api/auth/sign-up/email", { name, email, password });
        if (refused === null) window.location.assign("/");
        return refused;
      }}
    />
  );
}
