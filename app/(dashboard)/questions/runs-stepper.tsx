"use client";

import { buttonClass } from "@/app/ui/button";
import { inputClass } from "@/app/ui/field";
import { idOfField } from "./form-values";

const MOST_RUNS = 50;

/** How often each model is asked: typed, or one more or less. */
export function RunsStepper({
  runs,
  fault,
  onChange,
}: {
  runs: string;
  fault: string | undefined;
  onChange: (runs: string) => void;
}) {
  const id = idOfField("runs");
  const now = Number(runs);
  const step = (by: number) =>
    onChange(String(Math.min(MOST_RUNS, Math.max(1, (Number.isInteger(now) ? now : 1) + by))));
  const square = `${buttonClass()} w-8 px-0 coarse:w-11`;
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="font-medium text-small">
        Runs
      </label>
      <div className="flex items-center gap-1">
        <button
          type="button"
          aria-label="One run fewer"
          className={square}
          disabled={now <= 1}
          onClick={() => step(-1)}
        >
          −
        </button>
        <input
          id={id}
          inputMode="numeric"
          autoComplete="off"
          value={runs}
          aria-invalid={fault ? true : undefined}
          aria-describedby={`${id}-hint${fault ? ` ${id}-fault` : ""}`}
          className={`${inputClass} w-14 text-center tabular-nums`}
          onChange={({ target }) => onChange(target.value)}
        />
        <button
          type="button"
          aria-label="One run more"
          className={square}
          disabled={now >= MOST_RUNS}
          onClick={() => step(1)}
        >
          +
        </button>
        <span id={`${id}-hint`} className="ml-2 text-caption text-ink-2">
          for each model
        </span>
      </div>
      {fault && (
        <p id={`${id}-fault`} className="text-caption text-failed-text">
          {fault}
        </p>
      )}
    </div>
  );
}
