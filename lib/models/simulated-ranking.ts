import type { Ask, CallableModel } from "./call";
import { drift, fraction } from "./simulated-chance";
import type { Persona } from "./simulated-personas";

/** What a name that is held back loses, in log odds. */
const HELD_BACK = 4;

/**
 * All candidates in the order in which this model would name them in this run. Each has a strength
 * (general renown by its place in the list, the model's own taste, and a drift over weeks); Gumbel
 * noise on top makes the order a draw without replacement with odds proportional to exp(strength)
 * (Plackett–Luce; the "Gumbel-max trick").
 */
export function rankedNames(
  candidates: readonly string[],
  persona: Persona,
  model: CallableModel,
  ask: Ask,
  heldBack: string | null,
): string[] {
  const { question, day, runIndex } = ask;
  const scored = candidates.map((name, place) => {
    const who = [question, model.name, name];
    const renown = persona.conformity * (1 - place / candidates.length);
    const taste = persona.stubbornness * (fraction(["taste", ...who]) * 2 - 1);
    const fashion = persona.restlessness * drift(["fashion", ...who], day, 24);
    const luck = gumbel(fraction(["luck", ...who, model.label, day, runIndex]));
    const held = name === heldBack ? HELD_BACK : 0;
    return { name, score: renown + taste + fashion + luck - held };
  });
  return scored.sort((a, b) => b.score - a.score).map(({ name }) => name);
}

function gumbel(uniform: number): number {
  return -Math.log(-Math.log(Math.max(uniform, 1e-12)));
}
