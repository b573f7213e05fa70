"use client";

import { Checkbox } from "@/app/ui/field";
import { SimulatedTag } from "@/app/ui/simulated-tag";
import { counted } from "@/lib/format/figures";
import type { FormModel } from "./form-models";
import { idOfField } from "./form-values";

/** Which models are asked; what keeps some of them from answering stands below. */
export function ModelChoice({
  models,
  chosen,
  fault,
  onChange,
}: {
  models: readonly FormModel[];
  chosen: readonly number[];
  fault: string | undefined;
  onChange: (ids: number[]) => void;
}) {
  const id = idOfField("modelIds");
  const missing = [...new Set(models.flatMap(({ missingKey }) => missingKey ?? []))];
  return (
    <fieldset
      id={id}
      tabIndex={-1}
      aria-describedby={fault ? `${id}-fault` : undefined}
      className="flex flex-col gap-1"
    >
      <legend className="mb-1 font-medium text-small">Models</legend>
      <div className="flex flex-wrap gap-x-6 gap-y-1">
        {models.map((model) => (
          <Checkbox
            key={model.id}
            checked={chosen.includes(model.id)}
            onChange={({ target }) =>
              onChange(
                target.checked
                  ? [...chosen, model.id]
                  : chosen.filter((other) => other !== model.id),
              )
            }
            label={
              <span className="inline-flex flex-wrap items-center gap-2">
                <span className="wrap-anywhere">
                  {model.label === "" ? model.name : `${model.name} (${model.label})`}
                </span>
                {model.provider === "simulated" && <SimulatedTag />}
                {!model.active && <span className="text-caption text-ink-2">Off</span>}
                {model.missingKey !== null && (
                  <span className="text-caption text-ink-2">No key</span>
                )}
              </span>
            }
          />
        ))}
      </div>
      {missing.map((variable) => (
        <p key={variable} className="text-caption text-warning-text">
          {keySentence(variable, models.filter(({ missingKey }) => missingKey === variable).length)}
        </p>
      ))}
      {fault && (
        <p id={`${id}-fault`} className="text-caption text-failed-text">
          {fault}
        </p>
      )}
    </fieldset>
  );
}

function keySentence(variable: string, count: number): string {
  const which = count === 1 ? "this model" : `these ${counted(count, "model")}`;
  return `${variable} isn’t set, so ${which} can’t run.`;
}
