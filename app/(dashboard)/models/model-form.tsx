"use client";

import { useRouter } from "next/navigation";
import type { Provider } from "@/db/schema";
import { type ModelFields, modelBody } from "@/lib/models/model-form";
import { ButtonLink } from "../../ui/button";
import { BusyButton } from "../../ui/call-button";
import { FaultsOfForm, sentenceOf } from "../../ui/faults-of-form";
import { SelectField, TextField } from "../../ui/field";
import { useApiForm } from "../../ui/use-api-form";

/** A field of the form, besides what names the model. */
const NUMBERS = [
  { name: "maxConcurrency", label: "Jobs at once", hint: "Empty: no limit of its own." },
  { name: "requestsPerMinute", label: "Requests a minute", hint: "Empty: no limit." },
  { name: "maxOutputTokens", label: "Longest answer in tokens", hint: "Up to 1,000,000." },
  { name: "temperature", label: "Temperature", hint: "0 to 2. Sent only where it is set." },
] as const;

const PRICES = [
  { name: "inputUsdPerMillion", label: "Input", hint: "$ a million tokens" },
  { name: "cachedInputUsdPerMillion", label: "Cached input", hint: "$ a million tokens" },
  { name: "outputUsdPerMillion", label: "Output", hint: "$ a million tokens" },
] as const;

const LABELS: Readonly<Record<string, string>> = {
  name: "Name",
  label: "Label",
  reasoningEffort: "Reasoning effort",
  ...Object.fromEntries([...NUMBERS, ...PRICES].map(({ name, label }) => [name, label])),
};

/** Adds a model, or with `model` changes that one's settings. */
export function ModelForm({
  model,
  fields,
  providers,
}: {
  model: { id: number } | null;
  fields: ModelFields;
  providers: readonly Provider[];
}) {
  const router = useRouter();
  const { faults, fault, isBusy, onSubmit } = useApiForm({
    call: (typed) => ({
      method: model ? "PATCH" : "POST",
      path: model ? `/api/models/${model.id}` : "/api/models",
      body: modelBody(typed),
    }),
    onDone: () => {
      router.push("/models");
      router.refresh();
    },
  });
  const bound = (name: string) => ({
    name,
    defaultValue: fields[name] ?? "",
    fault: sentenceOf(LABELS[name] ?? name, faults[name]),
    autoComplete: "off",
  });
  const number = { inputMode: "decimal" } as const;
  return (
    <form onSubmit={onSubmit} noValidate className="flex max-w-[640px] flex-col gap-6">
      <FaultsOfForm faults={faults} fault={fault} labels={LABELS} />
      {model === null && (
        <div className="grid gap-4 sm:grid-cols-[160px_1fr]">
          <SelectField
            label="Provider"
            name="provider"
            defaultValue={providers[0]}
            options={providers.map((value) => ({ value, label: value }))}
          />
          <TextField
            label="Name"
            hint="As the provider names it. It can’t be changed later."
            required
            spellCheck={false}
            {...bound("name")}
          />
        </div>
      )}
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label="Label"
          hint="Tells two variants of one model apart."
          {...bound("label")}
        />
        <TextField
          label="Reasoning effort"
          hint="Such as minimal, low, medium, high. Sent only where it is set."
          {...bound("reasoningEffort")}
        />
        {NUMBERS.map(({ name, label, hint }) => (
          <TextField key={name} label={label} hint={hint} {...number} {...bound(name)} />
        ))}
      </div>
      <fieldset>
        <legend className="mb-2 font-semibold">Prices</legend>
        <div className="grid gap-4 sm:grid-cols-3">
          {PRICES.map(({ name, label, hint }) => (
            <TextField key={name} label={label} hint={hint} {...number} {...bound(name)} />
          ))}
        </div>
        <p className="mt-2 max-w-[68ch] text-caption text-ink-2">
          Without prices an answer’s cost is what the provider says, or unknown. With a daily budget
          a model without a price isn’t asked.
        </p>
      </fieldset>
      {model && (
        <p className="text-caption text-ink-2">
          Other settings are asked as another model: trends break where they change.
        </p>
      )}
      <div className="flex gap-2">
        <BusyButton kind="primary" isBusy={isBusy} busy="Saving…">
          {model ? "Save" : "Add the model"}
        </BusyButton>
        <ButtonLink href="/models">Cancel</ButtonLink>
      </div>
    </form>
  );
}
