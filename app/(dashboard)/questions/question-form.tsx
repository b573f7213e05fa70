"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import { ButtonLink } from "@/app/ui/button";
import { BusyButton } from "@/app/ui/call-button";
import { TextArea, TextField } from "@/app/ui/field";
import type { Frequency } from "@/db/schema";
import { slugOf } from "@/lib/prompts/slug-of";
import { EstimateLines } from "./estimate-lines";
import { type Faults, FormFaults, NO_FAULTS } from "./form-faults";
import type { FormModel } from "./form-models";
import { type FormValues, idOfField, runsOf } from "./form-values";
import { FrequencyChoice } from "./frequency-choice";
import { ModelChoice } from "./model-choice";
import { RunsStepper } from "./runs-stepper";
import { saveQuestion } from "./save-question";

type Saving = "save" | "run" | null;

/** A question, new or (`promptId`) as it is. What is typed stays there when saving fails. */
export function QuestionForm({
  initial,
  promptId,
  isNamedById = false,
  models,
  frequencies,
  categories,
}: {
  initial: FormValues;
  promptId?: number;
  /** Its address has its id, since other questions may bear its slug. */
  isNamedById?: boolean;
  models: readonly FormModel[];
  frequencies: readonly Frequency[];
  /** Those that other questions have. */
  categories: readonly string[];
}) {
  const router = useRouter();
  const isNew = promptId === undefined;
  const [values, setValues] = useState(initial);
  const [isSlugTouched, setSlugTouched] = useState(!isNew);
  const [faults, setFaults] = useState(NO_FAULTS);
  const [tries, setTries] = useState(0);
  const [saving, setSaving] = useState<Saving>(null);
  const set = (change: Partial<FormValues>) => {
    setValues((now) => ({ ...now, ...change }));
    setFaults((now) => without(now, Object.keys(change)));
  };
  const isReworded = !isNew && values.question !== initial.question;

  const save = async (then: "save" | "run") => {
    setSaving(then);
    const saved = await saveQuestion(values, { promptId, isToRun: then === "run" });
    if ("faults" in saved) {
      setFaults(saved.faults);
      setTries(tries + 1);
      setSaving(null);
      return;
    }
    setFaults(NO_FAULTS);
    router.push(`/questions/${isNamedById ? saved.id : saved.slug}`);
    router.refresh();
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    void save("save");
  };

  return (
    <form method="post" onSubmit={onSubmit} noValidate>
      <FormFaults key={tries} faults={faults} />
      <div className="flex max-w-[720px] flex-col gap-6">
        <TextArea
          id={idOfField("question")}
          label="Question"
          hint={
            isNew ? (
              "Sent to the models exactly as written."
            ) : (
              <span className={isReworded ? "text-warning-text" : undefined}>
                Sent to the models exactly as written. A new text starts a new version: the trend
                breaks here.
              </span>
            )
          }
          fault={faults.fields.question}
          rows={3}
          value={values.question}
          onChange={({ target }) =>
            set({
              question: target.value,
              ...(!isSlugTouched && { slug: slugOf(target.value) }),
            })
          }
        />
        <div className="grid gap-6 sm:grid-cols-2">
          <TextField
            id={idOfField("slug")}
            label="Slug"
            hint={
              isNew ? "Its name in addresses and in the API." : "Another slug is another address."
            }
            fault={faults.fields.slug}
            autoComplete="off"
            spellCheck={false}
            value={values.slug}
            onChange={({ target }) => {
              setSlugTouched(target.value !== "");
              set({ slug: target.value });
            }}
          />
          <TextField
            id={idOfField("category")}
            label="Category"
            hint="Optional."
            fault={faults.fields.category}
            list="question-categories"
            value={values.category}
            onChange={({ target }) => set({ category: target.value })}
          />
          <datalist id="question-categories">
            {categories.map((category) => (
              <option key={category} value={category} />
            ))}
          </datalist>
          <TextField
            id={idOfField("tags")}
            label="Tags"
            hint="Optional, with commas between."
            fault={faults.fields.tags}
            value={values.tags}
            onChange={({ target }) => set({ tags: target.value })}
          />
        </div>
        <FrequencyChoice
          frequencies={frequencies}
          chosen={values.frequency}
          onChange={(frequency) => set({ frequency })}
        />
        <ModelChoice
          models={models}
          chosen={values.modelIds}
          fault={faults.fields.modelIds}
          onChange={(modelIds) => set({ modelIds })}
        />
        <RunsStepper
          runs={values.runs}
          fault={faults.fields.runs}
          onChange={(runs) => set({ runs })}
        />
        <EstimateLines
          request={{
            ...(promptId !== undefined && { promptId }),
            question: values.question,
            modelIds: values.modelIds,
            runs: runsOf(values),
            frequency: values.frequency,
          }}
          onRuns={(runs) => set({ runs: String(runs) })}
        />
        <div className="flex flex-wrap items-center gap-2">
          {/* First in sight, but Enter only saves: a run costs money. */}
          <BusyButton
            kind="primary"
            isBusy={saving === "run"}
            busy="Saving…"
            onClick={() => void save("run")}
          >
            Save and run now
          </BusyButton>
          <BusyButton isBusy={saving === "save"} busy="Saving…">
            Save
          </BusyButton>
          <ButtonLink
            href={isNew ? "/questions" : `/questions/${isNamedById ? promptId : initial.slug}`}
          >
            Cancel
          </ButtonLink>
        </div>
      </div>
    </form>
  );
}

/** What is typed anew may be right now. */
function without({ fields, others }: Faults, names: readonly string[]): Faults {
  const left = Object.entries(fields).filter(([name]) => !names.includes(name));
  return { fields: Object.fromEntries(left), others };
}
