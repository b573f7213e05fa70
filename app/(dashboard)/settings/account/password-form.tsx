"use client";

import { BusyButton } from "../../../ui/call-button";
import { FaultsOfForm, sentenceOf } from "../../../ui/faults-of-form";
import { Checkbox, TextField } from "../../../ui/field";
import { tell } from "../../../ui/toasts";
import { useApiForm } from "../../../ui/use-api-form";

const LABELS = { currentPassword: "Present password", newPassword: "New password" } as const;

/** Sets another password; whoever else is signed in as this account is sent away with it. */
export function PasswordForm({ email }: { email: string }) {
  const { faults, fault, isBusy, onSubmit } = useApiForm({
    call: ({ currentPassword, newPassword, revokeOtherSessions }) => ({
      method: "POST",
      path: "/api/auth/change-password",
      body: {
        currentPassword,
        newPassword,
        revokeOtherSessions: revokeOtherSessions !== undefined,
      },
    }),
    onDone: (_, form) => {
      form.reset();
      tell("Password changed.");
    },
  });
  return (
    // By POST even before the page's script runs: a password must not get into the address.
    <form
      method="post"
      onSubmit={onSubmit}
      noValidate
      className="flex max-w-[400px] flex-col gap-4"
    >
      <FaultsOfForm faults={faults} fault={fault} labels={LABELS} />
      <input type="hidden" name="username" autoComplete="username" value={email} />
      <TextField
        label={LABELS.currentPassword}
        name="currentPassword"
        type="password"
        autoComplete="current-password"
        fault={sentenceOf(LABELS.currentPassword, faults.currentPassword)}
        required
      />
      <TextField
        label={LABELS.newPassword}
        name="newPassword"
        type="password"
        autoComplete="new-password"
        hint="At least 8 characters."
        fault={sentenceOf(LABELS.newPassword, faults.newPassword)}
        required
      />
      <Checkbox name="revokeOtherSessions" label="End my other sessions" defaultChecked />
      <div>
        <BusyButton isBusy={isBusy} busy="Changing…">
          Change the password
        </BusyButton>
      </div>
    </form>
  );
}
