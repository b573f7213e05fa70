import { fraction } from "./simulated-chance";

/** The character of a simulated model. The three weights are in units of log odds. */
export type Persona = {
  /** How much it follows general renown. */
  conformity: number;
  /** How far its own constant taste goes. */
  stubbornness: number;
  /** How far its taste drifts over weeks. */
  restlessness: number;
  /** Names it gives, at least and at most. */
  fewest: number;
  most: number;
  /** Share of answers that name nothing. */
  noneShare: number;
  openings: readonly [string, ...string[]];
  also: string;
  undecided: string;
};

const PERSONAS: Record<string, Persona> = {
  "simulated-atlas": {
    conformity: 3,
    stubbornness: 0.6,
    restlessness: 0.5,
    fewest: 3,
    most: 5,
    noneShare: 0.01,
    openings: ["The usual first choice is {name}.", "Most people are well served by {name}."],
    also: "Also widely recommended:",
    undecided: "There is no consensus on this; it depends on your needs.",
  },
  "simulated-birch": {
    conformity: 1.2,
    stubbornness: 1.8,
    restlessness: 0.6,
    fewest: 1,
    most: 2,
    noneShare: 0.06,
    openings: ["It depends on you, but I would look at {name} first.", "Probably {name}."],
    also: "If that does not suit you, consider",
    undecided: "I would rather not name one without knowing more about you.",
  },
  "simulated-comet": {
    conformity: 0.8,
    stubbornness: 1.2,
    restlessness: 2,
    fewest: 2,
    most: 6,
    noneShare: 0.02,
    openings: ["{name}, right now!", "Everybody is talking about {name}.", "Go for {name}."],
    also: "Worth a look too:",
    undecided: "Too much is changing at the moment to name one.",
  },
  "simulated-delta": {
    conformity: 2,
    stubbornness: 1.4,
    restlessness: 1,
    fewest: 2,
    most: 4,
    noneShare: 0.03,
    openings: ["On balance {name} comes out ahead.", "Weighing it all up: {name}."],
    also: "Close behind:",
    undecided: "The evidence does not single anything out.",
  },
};

/** The simulated models that the samples use. Any other name works as well. */
export const SIMULATED_MODEL_NAMES: readonly string[] = Object.keys(PERSONAS);

/** The persona of that name; a name we don't know gets one of its own, derived from the name. */
export function personaOf(modelName: string): Persona {
  const known = Object.hasOwn(PERSONAS, modelName) ? PERSONAS[modelName] : undefined;
  if (known !== undefined) return known;
  const trait = (name: string) => fraction(["persona", modelName, name]);
  const fewest = 1 + Math.floor(trait("fewest") * 3);
  return {
    conformity: 0.5 + trait("conformity") * 2.5,
    stubbornness: 0.5 + trait("stubbornness") * 1.5,
    restlessness: 0.4 + trait("restlessness") * 1.6,
    fewest,
    most: fewest + Math.floor(trait("most") * 4),
    noneShare: 0.01 + trait("none") * 0.04,
    openings: ["I would say {name}."],
    also: "Others to consider:",
    undecided: "I cannot name one.",
  };
}
