"use client";

import { useEffect, useRef } from "react";
import { counted } from "@/lib/format/figures";
import { FIELD_NAMES, type FieldName, idOfField } from "./form-values";

export type Faults = { fields: Partial<Record<FieldName, string>>; others: readonly string[] };

export const NO_FAULTS: Faults = { fields: {}, others: [] };

/**
 * What a form has to be put right in, above it, each with a way to its field. Focused when it appears: a
 * further try needs another `key`.
 */
export function FormFaults({ faults }: { faults: Faults }) {
  const box = useRef<HTMLDivElement>(null);
  const fields = FIELD_NAMES.flatMap((name) => {
    const sentence = faults.fields[name];
    return sentence === undefined ? [] : [{ id: idOfField(name), sentence }];
  });
  const count = fields.length;
  useEffect(() => box.current?.focus(), []);
  if (count + faults.others.length === 0) return null;
  return (
    <div
      ref={box}
      tabIndex={-1}
      role="alert"
      className="mb-6 max-w-[720px] rounded-bar border border-l-[3px] border-l-failed-fill bg-surface px-3 py-2 text-small"
    >
      <p className="font-semibold">
        {count > 0
          ? `${counted(count, "field")} ${count === 1 ? "needs" : "need"} attention`
          : "It wasn’t saved"}
      </p>
      <ul>
        {fields.map(({ id, sentence }) => (
          <li key={id}>
            <a
              href={`#${id}`}
              className="inline-flex min-h-6 items-center underline underline-offset-2"
              onClick={(event) => {
                event.preventDefault();
                document.getElementById(id)?.focus();
              }}
            >
              {sentence}
            </a>
          </li>
        ))}
        {faults.others.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </div>
  );
}
