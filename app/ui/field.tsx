"use client";

import { type ComponentProps, type ReactNode, useId } from "react";

const CONTROL =
  "rounded-control border border-edge bg-surface px-3 text-small text-ink disabled:text-ink-3 aria-invalid:border-failed-fill";

/** A line of one height with the buttons. */
export const inputClass = `h-8 coarse:h-11 ${CONTROL}`;

type Told = {
  label: string;
  hint?: ReactNode;
  fault?: string | undefined;
  /** Of the control, where a link leads to it. */
  id?: string | undefined;
};

/** A label, what it wants, and what is wrong with what it got, all tied to the control. */
function Field({
  label,
  hint,
  fault,
  id: given,
  children,
}: Told & { children: (bound: Bound) => ReactNode }) {
  const made = useId();
  const id = given ?? made;
  const told = [hint !== undefined && `${id}-hint`, fault && `${id}-fault`].filter(Boolean);
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="font-medium text-small">
        {label}
      </label>
      {children({
        id,
        "aria-describedby": told.length > 0 ? told.join(" ") : undefined,
        "aria-invalid": fault ? true : undefined,
      })}
      {hint !== undefined && (
        <p id={`${id}-hint`} className="text-caption text-ink-2">
          {hint}
        </p>
      )}
      {fault && (
        <p id={`${id}-fault`} className="text-caption text-failed-text">
          {fault}
        </p>
      )}
    </div>
  );
}

type Bound = {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
};

export function TextField({ label, hint, fault, id, ...input }: Told & ComponentProps<"input">) {
  return (
    <Field label={label} hint={hint} fault={fault} id={id}>
      {(bound) => <input {...input} {...bound} className={inputClass} />}
    </Field>
  );
}

export function TextArea({ label, hint, fault, id, ...area }: Told & ComponentProps<"textarea">) {
  return (
    <Field label={label} hint={hint} fault={fault} id={id}>
      {(bound) => <textarea {...area} {...bound} className={`py-2 ${CONTROL}`} />}
    </Field>
  );
}

export type Option = { value: string; label: string };

export function SelectField({
  label,
  hint,
  fault,
  id,
  options,
  ...select
}: Told & ComponentProps<"select"> & { options: readonly Option[] }) {
  return (
    <Field label={label} hint={hint} fault={fault} id={id}>
      {(bound) => (
        <select {...select} {...bound} className={inputClass}>
          {options.map(({ value, label: text }) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export function Checkbox({ label, ...input }: { label: ReactNode } & ComponentProps<"input">) {
  return (
    <label className="inline-flex min-h-6 items-center gap-2 text-small coarse:min-h-11">
      <input {...input} type="checkbox" className="size-4 accent-solid" />
      {label}
    </label>
  );
}
