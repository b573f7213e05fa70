"use client";

import type { Frequency } from "@/db/schema";
import { idOfField } from "./form-values";

/** How often a question is asked by itself. */
export function FrequencyChoice({
  frequencies,
  chosen,
  onChange,
}: {
  frequencies: readonly Frequency[];
  chosen: Frequency;
  onChange: (frequency: Frequency) => void;
}) {
  const id = idOfField("frequency");
  return (
    <fieldset id={id} tabIndex={-1} aria-describedby={`${id}-hint`} className="min-w-0">
      <legend className="mb-1 font-medium text-small">Frequency</legend>
      <div className="inline-flex flex-wrap rounded-control border bg-sunken p-px">
        {frequencies.map((frequency) => (
          <label
            key={frequency}
            className="inline-flex h-7 cursor-pointer items-center rounded-[5px] border border-transparent px-3 font-medium text-ink-2 text-small hover:text-ink has-checked:border-edge has-checked:bg-surface has-checked:text-ink has-focus-visible:outline-2 has-focus-visible:outline-processing-fill has-focus-visible:outline-offset-2 coarse:h-11"
          >
            <input
              type="radio"
              name="frequency"
              className="sr-only"
              value={frequency}
              checked={frequency === chosen}
              onChange={() => onChange(frequency)}
            />
            {frequency}
          </label>
        ))}
      </div>
      <p id={`${id}-hint`} className="mt-1 text-caption text-ink-2">
        {HINTS[chosen]}
      </p>
    </fieldset>
  );
}

const HINTS: Readonly<Record<Frequency, string>> = {
  manual: "Only when somebody runs it.",
  hourly: "Once in each hour.",
  daily: "Once in each UTC day.",
  weekly: "Once in each week, from Monday, UTC.",
  monthly: "Once in each calendar month, UTC.",
  once: "One time, by the next batch.",
};
