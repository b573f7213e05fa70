import type { Change } from "@/db/history-queries";
import { utcDayLabel } from "@/lib/format/times";
import { modelLabel, type NamedModel } from "@/lib/models/model-label";

/** Why a line breaks: "From 15 Jan gpt-5 answers as gpt-5-2026-01-05." `now` tells which year is meant. */
export function changeSentence(change: Change, models: readonly NamedModel[], now: Date): string {
  const model = models.find(({ id }) => id === change.modelId);
  const name = model ? modelLabel(model) : `model ${change.modelId}`;
  return `From ${utcDayLabel(change.date, now)} ${name} ${whatChanged(change)}.`;
}

/** In: a change. Out: what the model does since, as the end of a sentence about it. */
function whatChanged({ reason, before, after }: Change): string {
  switch (reason) {
    case "returned_model":
      return after.returnedModel === null
        ? "doesn't say as what it answers"
        : `answers as ${after.returnedModel}`;
    case "question":
      return `answers version ${after.promptVersion} of the question`;
    case "instructions":
      return `answers under version ${after.instructionsVersion} of our instructions`;
    case "settings":
      return `has other settings: ${settingsChanged(before.settings, after.settings)}`;
  }
}

/** As what it was before: "Before: gpt-5-2025-08-07." */
export function beforeOf({ reason, before }: Change): string {
  switch (reason) {
    case "returned_model":
      return before.returnedModel === null
        ? "Before, it didn't say as what."
        : `Before: ${before.returnedModel}.`;
    case "question":
    case "instructions":
      return `Before: version ${reason === "question" ? before.promptVersion : before.instructionsVersion}.`;
    case "settings":
      return "Answers under other settings are to something else.";
  }
}

type Settings = Readonly<Record<string, unknown>>;

function settingsChanged(before: Settings, after: Settings): string {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names
    .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
    .map((name) => `${name} ${shown(before[name])} → ${shown(after[name])}`)
    .join(", ");
}

const shown = (value: unknown): string => {
  if (value === undefined || value === null) return "not set";
  return typeof value === "string" ? value : JSON.stringify(value);
};
