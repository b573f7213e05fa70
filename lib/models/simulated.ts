import { setTimeout as delay } from "node:timers/promises";
import type { Ask, CallableModel, CallOptions } from "./call";
import { failedOutcome } from "./failure";
import {
  type AnsweredOutcome,
  type CallFacts,
  type FailedOutcome,
  type ModelOutcome,
  NO_USAGE,
} from "./outcome";
import { candidatesFor } from "./simulated-candidates";
import { fraction, pick } from "./simulated-chance";
import { type Persona, personaOf } from "./simulated-personas";
import { rankedNames } from "./simulated-ranking";

const MIN_DELAY_MS = 20;
const MAX_DELAY_MS = 400;
const FAILING_SHARE = 0.02;
const REFUSING_SHARE = 0.01;
const DISCLAIMER = "(Simulated answer: made up by Canvass, no AI model was asked.)";

/**
 * A model that exists only here: no key, no network, no cost. Waits 20 to 400 ms like a quick model
 * (the signal ends that), then gives `simulatedOutcome`.
 */
export async function callSimulated(
  model: CallableModel,
  ask: Ask,
  options: Pick<CallOptions, "signal">,
): Promise<ModelOutcome> {
  const outcome = simulatedOutcome(model, ask);
  const startedMs = performance.now();
  try {
    await delay(outcome.latencyMs, undefined, { signal: options.signal });
  } catch {
    // Only the signal rejects it.
    const latencyMs = Math.round(performance.now() - startedMs);
    return { kind: "aborted", mayHaveBeenPaid: false, latencyMs };
  }
  return outcome;
}

/**
 * The same without the wait, for writing history. A pure function of question, model name and label,
 * run and day: the same ask gives the same answer on any machine. About 2 % of first attempts fail
 * and succeed when retried, about 1 % are refused, a few name nothing. `heldBack` is a name that is less
 * well known than usual.
 */
export function simulatedOutcome(
  model: CallableModel,
  ask: Ask,
  heldBack: string | null = null,
): AnsweredOutcome | FailedOutcome {
  const seed = ["simulated", ask.question, model.name, model.label, ask.day, ask.runIndex];
  const facts: CallFacts = {
    returnedModel: `${model.name} (simulated, built in)`,
    usage: NO_USAGE,
    costUsd: 0,
    providerRequestId: null,
    httpStatus: null,
    latencyMs: Math.round(
      MIN_DELAY_MS + fraction([...seed, "delay"]) * (MAX_DELAY_MS - MIN_DELAY_MS),
    ),
  };
  const fail = (errorCode: "provider_unavailable" | "refused") =>
    failedOutcome({ errorCode, retryAfterMs: null, mayHaveBeenPaid: false }, facts, {
      providerLabel: `The simulated model ${model.name}`,
      reason: "made up, to show what a failure looks like",
      secrets: [],
    });
  // Only odd attempts fail, so that the retry of a failed one always succeeds.
  const failsNow = fraction([...seed, ask.attempt, "failure"]) < FAILING_SHARE;
  if (failsNow && ask.attempt % 2 === 1) return fail("provider_unavailable");
  if (fraction([...seed, "refusal"]) < REFUSING_SHARE) return fail("refused");

  const persona = personaOf(model.name);
  const entities = namesOf(persona, model, ask, seed, heldBack);
  const answer = `${sentenceOf(persona, entities, seed)} ${DISCLAIMER}`;
  const rawText = JSON.stringify({ answer, entities });
  const usage = {
    inputTokens: Math.ceil(ask.question.length / 4),
    cachedInputTokens: 0,
    outputTokens: Math.ceil(rawText.length / 4),
  };
  const settings = { model: model.name, simulated: true };
  return { ...facts, kind: "answered", rawText, answer, entities, usage, settings };
}

function namesOf(
  persona: Persona,
  model: CallableModel,
  ask: Ask,
  seed: readonly (string | number)[],
  heldBack: string | null,
): string[] {
  if (fraction([...seed, "none"]) < persona.noneShare) return [];
  const { fewest, most } = persona;
  const count = fewest + Math.floor(fraction([...seed, "count"]) * (most - fewest + 1));
  return rankedNames(candidatesFor(ask.question), persona, model, ask, heldBack).slice(0, count);
}

function sentenceOf(
  persona: Persona,
  entities: readonly string[],
  seed: readonly (string | number)[],
): string {
  const [first, ...others] = entities;
  if (first === undefined) return persona.undecided;
  const opening = pick(persona.openings, [...seed, "opening"]).replace("{name}", first);
  return others.length === 0 ? opening : `${opening} ${persona.also} ${listOf(others)}.`;
}

function listOf(names: readonly string[]): string {
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
}
