import type { CallableModel } from "./call";
import type { AnsweredOutcome, FailedOutcome } from "./outcome";
import { simulatedOutcome } from "./simulated";
import { candidatesFor } from "./simulated-candidates";
import { fraction } from "./simulated-chance";

// A past for the simulated models, with what a trend has to deal with: days on which nothing was asked,
// a name that gets its usual share only from a day on, and a model that the provider exchanged. It ends
// in what they answer today, so that the line goes on where the history stops.

/** Days are counted from the first of the history, which is 1. */
const MISSING_DAYS: ReadonlySet<number> = new Set([9, 23, 52]);
const RISE_DAY = 31;
const SWAP_DAY = 45;
const SWAPPED_MODEL = "simulated-comet";
const PREDECESSOR = "simulated-comet-1";
const RISING_SHARE = 0.4;

/** A UTC day of a history, YYYY-MM-DD, and what it is still before; of what comes within the history. */
export type PastDay = { day: string; isBeforeRise: boolean; isBeforeSwap: boolean };

/** The `days` days before `today` (YYYY-MM-DD), oldest first, without those on which nothing was asked. */
export function pastDays(days: number, today: string): PastDay[] {
  const todayMs = Date.parse(`${today}T00:00:00Z`);
  const isBefore = (place: number, change: number) => place < change && change <= days;
  return Array.from({ length: days }, (_, index) => index + 1)
    .filter((place) => !MISSING_DAYS.has(place))
    .map((place) => ({
      day: new Date(todayMs - (days + 1 - place) * 86_400_000).toISOString().slice(0, 10),
      isBeforeRise: isBefore(place, RISE_DAY),
      isBeforeSwap: isBefore(place, SWAP_DAY),
    }));
}

/** The name that hardly any answer to the question gives before the 31st day; null: none is like that. */
export function risingName(question: string): string | null {
  if (fraction(["rises", question]) >= RISING_SHARE) return null;
  return candidatesFor(question)[1] ?? null;
}

/** What the attempts of a job came to on such a day, first to last; only the last may have an answer. */
export function pastOutcomes(
  model: CallableModel,
  ask: { question: string; runIndex: number },
  { day, isBeforeRise, isBeforeSwap }: PastDay,
): (AnsweredOutcome | FailedOutcome)[] {
  const isPredecessor = model.name === SWAPPED_MODEL && isBeforeSwap;
  const asked = isPredecessor ? { ...model, name: PREDECESSOR } : model;
  const heldBack = isBeforeRise ? risingName(ask.question) : null;
  const outcomes: (AnsweredOutcome | FailedOutcome)[] = [];
  for (;;) {
    const attempt = outcomes.length + 1;
    const outcome = simulatedOutcome(asked, { ...ask, day, attempt }, heldBack);
    outcomes.push(
      // What was sent is the model's own name, whatever then answered under it.
      outcome.kind === "answered"
        ? { ...outcome, settings: { ...outcome.settings, model: model.name } }
        : outcome,
    );
    if (outcome.kind === "answered" || outcome.class === "permanent") return outcomes;
  }
}
