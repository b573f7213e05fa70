"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import * as z from "zod/mini";
import { BusyButton } from "../../../ui/call-button";
import { FaultsOfForm, sentenceOf } from "../../../ui/faults-of-form";
import { Checkbox, TextField } from "../../../ui/field";
import { useApiForm } from "../../../ui/use-api-form";
import { ShownOnce } from "../shown-once";

const answer = z.object({ key: z.string(), apiKey: z.object({ name: z.string() }) });

const MEANING: Readonly<Record<string, string>> = { read: "look", run: "change things" };

/** Makes a key, and shows it this once. */
export function KeyForm({ scopes }: { scopes: readonly string[] }) {
  const router = useRouter();
  const [made, setMade] = useState<z.output<typeof answer> | null>(null);
  const { faults, fault, isBusy, onSubmit } = useApiForm({
    call: ({ name }, form) => ({
      method: "POST",
      path: "/api/api-keys",
      body: { name, scopes: form.getAll("scopes") },
    }),
    onDone: (body, form) => {
      setMade(answer.parse(body));
      form.reset();
      router.refresh();
    },
  });
  return (
    <>
      <form onSubmit={onSubmit} noValidate className="flex max-w-[400px] flex-col gap-4">
        <FaultsOfForm faults={faults} fault={fault} labels={{ name: "Name", scopes: "Scopes" }} />
        <TextField
          label="Name"
          name="name"
          autoComplete="off"
          hint="What uses it, such as CI."
          fault={sentenceOf("Name", faults.name)}
          required
        />
        <fieldset>
          <legend className="mb-1 font-medium text-small">Scopes</legend>
          <div className="flex flex-col">
            {scopes.map((scope) => (
              <Checkbox
                key={scope}
                name="scopes"
                value={scope}
                label={`${scope}: ${MEANING[scope]}`}
                defaultChecked={scope === "read"}
              />
            ))}
          </div>
          {faults.scopes && (
            <p className="text-caption text-failed-text">{sentenceOf("Scopes", faults.scopes)}</p>
          )}
        </fieldset>
        <div>
          <BusyButton isBusy={isBusy} busy="Making it…">
            Make a key
          </BusyButton>
        </div>
      </form>
      {made && (
        <ShownOnce
          title={made.apiKey.name}
          secret={made.key}
          what="the API key"
          hint="Copy it now. It isn't shown again."
        />
      )}
    </>
  );
}
