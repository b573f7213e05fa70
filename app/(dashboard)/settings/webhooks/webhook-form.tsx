"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import * as z from "zod/mini";
import { BusyButton } from "../../../ui/call-button";
import { FaultsOfForm, sentenceOf } from "../../../ui/faults-of-form";
import { Checkbox, TextField } from "../../../ui/field";
import { useApiForm } from "../../../ui/use-api-form";
import { ShownOnce } from "../shown-once";

const answer = z.object({ secret: z.string() });

const MEANING: Readonly<Record<string, string>> = {
  "batch.finished": "all jobs of a batch are done",
  "circuit.opened": "a provider refuses our calls",
  "budget.reached": "today’s budget is spent",
};

/** Makes a webhook, and shows its secret this once. */
export function WebhookForm({ events }: { events: readonly string[] }) {
  const router = useRouter();
  const [secret, setSecret] = useState<string | null>(null);
  const { faults, fault, isBusy, onSubmit } = useApiForm({
    call: ({ url }, form) => ({
      method: "POST",
      path: "/api/webhooks",
      body: { url, events: form.getAll("events") },
    }),
    onDone: (body, form) => {
      setSecret(answer.parse(body).secret);
      form.reset();
      router.refresh();
    },
  });
  return (
    <>
      <form onSubmit={onSubmit} noValidate className="flex max-w-[560px] flex-col gap-4">
        <FaultsOfForm faults={faults} fault={fault} labels={{ url: "URL", events: "Events" }} />
        <TextField
          label="URL"
          name="url"
          type="url"
          autoComplete="off"
          placeholder="https://hooks.example.com/canvass"
          hint="https, and on the internet: private addresses are refused."
          fault={sentenceOf("URL", faults.url)}
          required
        />
        <fieldset>
          <legend className="mb-1 font-medium text-small">Events</legend>
          <div className="flex flex-col">
            {events.map((event) => (
              <Checkbox
                key={event}
                name="events"
                value={event}
                defaultChecked
                label={
                  <span>
                    <span className="font-mono text-caption">{event}</span>: {MEANING[event]}
                  </span>
                }
              />
            ))}
          </div>
          {faults.events && (
            <p className="text-caption text-failed-text">{sentenceOf("Events", faults.events)}</p>
          )}
        </fieldset>
        <div>
          <BusyButton isBusy={isBusy} busy="Making it…">
            Make the webhook
          </BusyButton>
        </div>
      </form>
      {secret !== null && (
        <ShownOnce
          title="The secret that its messages are signed with"
          secret={secret}
          what="the secret"
          hint="Copy it now. It isn't shown again."
        />
      )}
    </>
  );
}
