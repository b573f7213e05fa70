"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import * as z from "zod/mini";
import { BusyButton } from "../../../ui/call-button";
import { FaultsOfForm, sentenceOf } from "../../../ui/faults-of-form";
import { SelectField, TextField } from "../../../ui/field";
import { useApiForm } from "../../../ui/use-api-form";
import { ShownOnce } from "../shown-once";

const answer = z.object({ url: z.string() });

/** Makes a link for one person, and shows it this once. */
export function InviteForm({ roles }: { roles: readonly string[] }) {
  const router = useRouter();
  const [made, setMade] = useState<{ url: string; email: string } | null>(null);
  const { faults, fault, isBusy, onSubmit } = useApiForm({
    call: ({ email, role }) => ({
      method: "POST",
      path: "/api/invitations",
      body: { email, role },
    }),
    onDone: (body, form) => {
      const email = `${new FormData(form).get("email")}`;
      setMade({ email, url: answer.parse(body).url });
      form.reset();
      router.refresh();
    },
  });
  return (
    <>
      <form onSubmit={onSubmit} noValidate className="max-w-[560px]">
        <FaultsOfForm faults={faults} fault={fault} labels={{ email: "Email", role: "Role" }} />
        <div className="flex flex-col gap-4 sm:flex-row sm:items-start">
          <div className="flex-1">
            <TextField
              label="Email"
              name="email"
              type="email"
              autoComplete="off"
              fault={sentenceOf("Email", faults.email)}
              required
            />
          </div>
          <SelectField
            label="Role"
            name="role"
            defaultValue="member"
            options={roles.map((role) => ({ value: role, label: role }))}
          />
          <div className="sm:mt-6">
            <BusyButton isBusy={isBusy} busy="Making the link…">
              Make a link
            </BusyButton>
          </div>
        </div>
      </form>
      {made && (
        <ShownOnce
          title={`The link for ${made.email}`}
          secret={made.url}
          what="the link"
          hint="Copy it now. It isn't shown again."
        />
      )}
    </>
  );
}
