"use client";

import { AccountForm, EMAIL, PASSWORD } from "../account-form";
import { refusalOf } from "../ui/call-api";

/** Signs in and goes to `next`, a path of our own. */
export function SignInForm({ next }: { next: string }) {
  return (
    <AccountForm
      fields={[EMAIL, PASSWORD]}
      button="Sign in"
      busy="Signing in…"
      submit={async ({ email, password }) => {
        const refused = await refusalOf({
          method: "POST",
          path: "/api/auth/sign-in/email",
          body: { email, password },
        });
        if (refused === null) window.location.assign(next);
        return refused;
      }}
    />
  );
}
