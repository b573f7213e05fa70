"use client";

import { type FormEvent, useState, useTransition } from "react";
import { type ApiCall, callApi } from "./call-api";

export type Typed = Record<string, string>;

/**
 * A form that is sent to our API as JSON. `faults` says by a field's name what the API found wrong with
 * it ("must be from 1 to 50"), `fault` what else it refused.
 */
export function useApiForm({
  call,
  onDone,
}: {
  call: (typed: Typed, form: FormData) => ApiCall;
  onDone: (body: unknown, form: HTMLFormElement) => void;
}) {
  const [faults, setFaults] = useState<Typed>({});
  const [fault, setFault] = useState<string | null>(null);
  const [isBusy, startTransition] = useTransition();
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    const typed = Object.fromEntries([...data].map(([name, value]) => [name, `${value}`]));
    startTransition(async () => {
      const answered = await callApi(call(typed, data));
      if (answered.ok) {
        setFaults({});
        setFault(null);
        return onDone(answered.body, form);
      }
      const { issues = [], message } = answered.refusal;
      // What is wrong within a list is told at its field.
      const told = issues.map(({ path, message }) => [path.split(".")[0] ?? "", message]);
      const named = told.filter(([path = ""]) => form.elements.namedItem(path) !== null);
      setFaults(Object.fromEntries(named));
      setFault(named.length > 0 ? null : message);
    });
  };
  return { faults, fault, isBusy, onSubmit };
}
