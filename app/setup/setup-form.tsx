"use client";

import { AccountForm, EMAIL, type Field, NAME, NEW_PASSWORD } from "../account-form";
import { postJson } from "../post-json";

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
      submit={async ({ name, email, password, secret }) => {
        const authorization = `Bearer ${secret}`;
        const refused =
          (await postJson("/api/setup", { name, email, password }, { authorization })) ??
          (await postJson("/api/auth/sign-in/email", { email, password }));
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
