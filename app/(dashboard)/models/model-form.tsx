"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import { ButtonLink } from "../../ui/button";
import { callApi, type Refusal } from "../../ui/call-api";
import { BusyButton } from "../../ui/call-button";
import { SelectField, TextField } from "../../ui/field";

/** What of a model can be set; texts, as they stand in the fields, empty where nothing is. */
export type ModelValues = Record<(typeof NUMBERS)[number]["name"], string> & {
  provider: string;
  name: string;
  label: string;
  reasoningEffort: string;
};

const NUMBERS = [
  { name: "maxConcurrency", label: "Jobs at once", hint: "Empty: only the limit of all." },
  { name: "requestsPerMinute", label: "Requests a minute", hint: "Empty: no limit." },
  {
    name: "inputUsdPerMillion",
    label: "US dollars per million input tokens",
    hint: "Empty: no price is known.",
  },
  { name: "cachedInputUsdPerMillion", label: "… of them cached" },
  { name: "outputUsdPerMillion", label: "US dollars per million output tokens" },
  { name: "maxOutputTokens", label: "Output tokens at most" },
  { name: "temperature", label: "Temperature", hint: "Empty: the provider’s own." },
] as const;

type Props = {
  providers: readonly string[];
  initial: ModelValues;
  /** Null: a new one. */
  modelId: number | null;
};

/** Adds a model or changes one; a provider and name make a model, so these can't be changed. */
export function ModelForm({ providers, initial, modelId }: Props) {
  const router = useRouter();
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [isBusy, setBusy] = useState(false);
  const faultOf = (path: string) => refusal?.issues?.find((issue) => issue.path === path)?.message;

  async function onSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const sent = new FormData(event.currentTarget);
    setBusy(true);
    const answered = await callApi(
      modelId === null
        ? { method: "POST", path: "/api/models", body: bodyOf(sent, true) }
        : { method: "PATCH", path: `/api/models/${modelId}`, body: bodyOf(sent, false) },
    );
    setBusy(answered.ok);
    setRefusal(answered.ok ? null : answered.refusal);
    if (!answered.ok) return;
    router.push("/models");
    router.refresh();
  }

  return (
    <form onSubmit={onSubmit} className="flex max-w-[480px] flex-col gap-4">
      {modelId === null && (
        <>
          <SelectField
            label="Provider"
            name="provider"
            defaultValue={initial.provider}
            options={providers.map((provider) => ({ value: provider, label: provider }))}
            fault={faultOf("provider")}
          />
          <TextField
            label="Name"
            name="name"
            required
            maxLength={200}
            defaultValue={initial.name}
            hint="As the provider calls it: gpt-5-mini"
            fault={faultOf("name")}
          />
        </>
      )}
      <TextField
        label="Label"
        name="label"
        maxLength={100}
        defaultValue={initial.label}
        hint="Tells variants of one model apart. Changed settings begin a new line in every trend."
        fault={faultOf("label")}
      />
      {NUMBERS.map(({ name, label, ...more }) => (
        <TextField
          key={name}
          label={label}
          name={name}
          inputMode="decimal"
          defaultValue={initial[name]}
          fault={faultOf(name)}
          {...more}
        />
      ))}
      <TextField
        label="Reasoning effort"
        name="reasoningEffort"
        maxLength={30}
        defaultValue={initial.reasoningEffort}
        hint="Empty: not sent. Else the provider’s own word: minimal, low …"
        fault={faultOf("reasoningEffort")}
      />
      <p role="alert" className="text-failed-text text-small empty:hidden">
        {refusal?.message}
      </p>
      <div className="flex gap-2">
        <BusyButton kind="primary" isBusy={isBusy} busy="Saving…">
          {modelId === null ? "Add the model" : "Save"}
        </BusyButton>
        <ButtonLink href="/models">Cancel</ButtonLink>
      </div>
    </form>
  );
}

function bodyOf(sent: FormData, isNew: boolean): object {
  const text = (name: string) => `${sent.get(name) ?? ""}`.trim();
  const numbers = NUMBERS.flatMap(({ name }): [string, unknown][] => {
    const value = text(name);
    // It has a default and can't be without one.
    if (value === "" && name === "maxOutputTokens") return [];
    // What is no number goes as it is: the API says what is wrong with it.
    return [[name, value === "" ? null : Number.isNaN(Number(value)) ? value : Number(value)]];
  });
  return {
    ...(isNew && { provider: text("provider"), name: text("name") }),
    label: text("label"),
    ...Object.fromEntries(numbers),
    reasoningEffort: text("reasoningEffort") || null,
  };
}
