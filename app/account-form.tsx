"use client";

import { type FormEvent, useId, useState } from "react";
import type { Refusal } from "./ui/call-api";

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
  submit,
}: {
  fields: readonly Field[];
  button: string;
  submit: (values: Values) => Promise<Refusal | null>;
}) {
  const [fault, setFault] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

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
    <form method="post" onSubmit={onSubmit}>
      {fields.map((field) => (
        <Input key={field.name} {...field} />
      ))}
      <p role="alert">{fault}</p>
      <button type="submit" disabled={busy}>
        {button}
      </button>
    </form>
  );
}

function Input({ name, label, type = "text", autoComplete, hint }: Field) {
  const id = useId();
  const [shown, setShown] = useState(false);
  const isPassword = type === "password";
  return (
    <p>
      <label htmlFor={id}>{label}</label>{" "}
      <input
        id={id}
        name={name}
        type={shown ? "text" : type}
        autoComplete={autoComplete}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        required
      />{" "}
      {isPassword && (
        <button type="button" aria-pressed={shown} onClick={() => setShown(!shown)}>
          Show
        </button>
      )}
      {hint !== undefined && <small id={`${id}-hint`}>{hint}</small>}
    </p>
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
