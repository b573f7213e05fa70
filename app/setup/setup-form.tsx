"use client";

import { AccountForm, EMAIL, type Field, NAME, NEW_PASSWORD } from "../account-form";
import { refusalOf } from "../ui/call-api";

const SECRET: Field = {
  name: "secret",
  label: "Operator secret",
  type: "password",
  autoComplete: "off",
  hint: "CRON_SECRET on the server",
};

/** Makes the first account and signs it in. */
export function SetupForm() {
  return (
    <AccountForm
      fields={[NAME, EMAIL, NEW_PASSWORD, SECRET]}
      button="Create the account"
      busy="Creating…"
      submit={async ({ name, email, password, secret }) => {
        const authorization = `Bearer ${secret}`;
        const refused =
          (await refusalOf({
            method: "POST",
            path: "/api/setup",
            body: { name, email, password },
            headers: { authorization },
          })) ??
          (await refusalOf({
            method: "POST",
            path: "/api/auth/sign-in/email",
            body: { email, password },
          }));
        if (refused === null) window.location.assign("/");
        if (refused?.error !== "UnauthorizedError") return refused;
        return {
          ...refused,
          message: "The operator secret is wrong: it is CRON_SECRET on the server.",
        };
      }}
    />
  );
}
