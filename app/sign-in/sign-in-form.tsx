"use client";

import { AccountForm, EMAIL, PASSWORD } from "../account-form";
import { postJson } from "../post-json";

/** Signs in and goes to `next`, a path of our own. */
export function SignInForm({ next }: { next: string }) {
  return (
    <AccountForm
      fields={[EMAIL, PASSWORD]}
      button="Sign in"
      submit={async ({ email, password }) => {
        const refused = await postJson("/api/auth/sign-in/email", { email, password });
        if (refused === null) window.location.assign(next);
        return refused;
      }}
    />
  );
}
