"use client";

import { useEffect, useRef } from "react";
import { counted } from "@/lib/format/figures";
import { Notice } from "./notice";

/**
 * What a form's fields need, focused once it appears, each with a way to the field; or why the whole of it
 * was refused.
 */
export function FaultsOfForm({
  faults,
  fault,
  labels,
}: {
  faults: Readonly<Record<string, string>>;
  fault: string | null;
  /** What the fields are called, by name. */
  labels: Readonly<Record<string, string>>;
}) {
  const shown = useRef<HTMLDivElement>(null);
  const names = Object.keys(faults);
  useEffect(() => {
    if (Object.keys(faults).length > 0 || fault !== null) shown.current?.focus();
  }, [faults, fault]);
  if (names.length === 0 && fault === null) return null;
  const goTo = (name: string) => {
    const control = shown.current?.closest("form")?.elements.namedItem(name);
    if (control instanceof HTMLElement) control.focus();
  };
  return (
    <div ref={shown} tabIndex={-1} role="alert">
      <Notice kind="error">
        {fault ?? (
          <>
            <p>{counted(names.length, "field needs", "fields need")} attention</p>
            <ul>
              {names.map((name) => (
                <li key={name}>
                  <button
                    type="button"
                    className="min-h-6 text-left underline underline-offset-2"
                    onClick={() => goTo(name)}
                  >
                    {labels[name] ?? name} {faults[name]}
                  </button>
                </li>
              ))}
            </ul>
          </>
        )}
      </Notice>
    </div>
  );
}

/** "Jobs at once must be from 1 to 10000.": what the API says of a field, as a sentence for beside it. */
export function sentenceOf(label: string, fault: string | undefined): string | undefined {
  return fault === undefined ? undefined : `${label} ${fault}.`;
}
