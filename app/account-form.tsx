"use client";

import { type FormEvent, useState } from "react";
import { buttonClass } from "./ui/button";
import type { Refusal } from "./ui/call-api";
import { BusyButton } from "./ui/call-button";
import { TextField } from "./ui/field";

export type Field = {
  name: string;
  label: string;
  type?: "text" | "email" | "password";
  autoComplete: string;
  hint?: string;
};

type Values = Record<string, string>;

/**
 * A form that tells its fault above the button. `submit` gives null once it has done its work and gone
 * elsewhere, or why it was refused.
 */
export function AccountForm({
  fields,
  button,
  busy,
  submit,
}: {
  fields: readonly Field[];
  button: string;
  busy: string;
  submit: (values: Values) => Promise<Refusal | null>;
}) {
  const [fault, setFault] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);

  async function onSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const entries = [...new FormData(event.currentTarget)];
    setBusy(true);
    setFault(null);
    const refused = await submit(Object.fromEntries(entries.map(([k, v]) => [k, `${v}`])));
    setFault(refused?.message ?? null);
    setBusy(refused === null);
  }

  return (
    // By POST even before the page's script runs: a password must not get into the address.
    <form method="post" onSubmit={onSubmit} className="flex flex-col gap-4">
      {fields.map(({ type = "text", ...field }) =>
        type === "password" ? (
          <PasswordField key={field.name} {...field} />
        ) : (
          <TextField key={field.name} {...field} type={type} required />
        ),
      )}
      <p role="alert" className="text-failed-text text-small empty:hidden">
        {fault}
      </p>
      <div>
        <BusyButton kind="primary" isBusy={isBusy} busy={busy}>
          {button}
        </BusyButton>
      </div>
    </form>
  );
}

function PasswordField({ label, ...field }: Field) {
  const [isShown, setShown] = useState(false);
  return (
    <div className="flex items-start gap-2">
      <div className="min-w-0 flex-1">
        <TextField label={label} {...field} type={isShown ? "text" : "password"} required />
      </div>
      <button
        type="button"
        aria-pressed={isShown}
        aria-label={`Show ${label.toLowerCase()}`}
        className={`${buttonClass()} mt-6`}
        onClick={() => setShown(!isShown)}
      >
        Show
      </button>
    </div>
  );
}

export const EMAIL: Field = {
  name: "email",
  label: "Email",
  type: "email",
  autoComplete: "username",
};
export const NAME: Field = { name: "name", label: "Name", autoComplete: "name" };
export const PASSWORD: Field = {
  name: "password",
  label: "Password",
  type: "password",
  autoComplete: "current-password",
};
export const NEW_PASSWORD: Field = {
  ...PASSWORD,
  autoComplete: "new-password",
  hint: "At least 8 characters",
};
