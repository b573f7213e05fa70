import { SIMULATED_CANDIDATES } from "./simulated-answers";
import { fraction } from "./simulated-chance";

const ONSETS = ["Ve", "Ka", "Lo", "Mi", "Tar", "Or", "Zu", "Bel", "Fen", "Ny", "Pra", "Sol"];
const CODAS = ["lora", "ndrix", "mera", "vanta", "quill", "rowa", "thia", "nex", "dova", "pelo"];
const MADE_UP_NAMES = 9;

/**
 * What a simulated model may name in answer to a question, the best known first: a real list for the
 * sample questions, for any other the same made-up names each time it is asked.
 */
export function candidatesFor(question: string): readonly string[] {
  const known = Object.hasOwn(SIMULATED_CANDIDATES, question)
    ? SIMULATED_CANDIDATES[question]
    : undefined;
  return known ?? madeUpNames(question);
}

function madeUpNames(question: string): string[] {
  const names = new Set<string>();
  // Each draw is a new one, so this ends: there are twelve times as many names as are wanted.
  for (let draw = 0; names.size < MADE_UP_NAMES; draw++) {
    const part = (parts: readonly string[], which: string) =>
      parts[Math.floor(fraction(["made up", question, which, draw]) * parts.length)] ?? "";
    names.add(part(ONSETS, "onset") + part(CODAS, "coda"));
  }
  return [...names];
}
