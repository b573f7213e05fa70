import { entityKey } from "./entity-key";
import { answerSchema, MAX_ENTITIES } from "./instructions";
import { storableLine, storableText } from "./untrusted-text";

/** Raise with any change of how a reply is read; stored raw texts can then be read again. */
export const PARSER_VERSION = 2;

/** UTF-16 units kept of a reply. 1,000 output tokens are about 4,000; this is for the runaway one. */
export const MAX_RAW_TEXT_CHARS = 100_000;
const MAX_ENTITY_CHARS = 200;

/** A reply of some MB could hold a million names, each of which would be folded to see if it is new. */
const MAX_NAMES_READ = 100;

export type ParsedAnswer =
  | { kind: "parsed"; answer: string; entities: string[] }
  | { kind: "malformed"; reason: string };

/**
 * Reads what a model wrote. In: the message's text, untrusted. Out: the answer and the names in it
 * (storable, best first, unique by `entityKey`, at most `MAX_ENTITIES`), or why it cannot be read.
 * Never throws. A code fence around the JSON is tolerated: hosts without strict mode add one.
 */
export function parseAnswer(rawText: string): ParsedAnswer {
  const text = withoutCodeFence(rawText);
  if (text === "") return { kind: "malformed", reason: "the reply is empty" };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { kind: "malformed", reason: "the reply is not JSON" };
  }
  const shaped = answerSchema.safeParse(json);
  if (!shaped.success) return { kind: "malformed", reason: "the reply misses the schema" };
  const answer = storableText(shaped.data.answer, MAX_RAW_TEXT_CHARS).trim();
  if (answer === "") return { kind: "malformed", reason: "the answer is empty" };
  return { kind: "parsed", answer, entities: distinctNames(shaped.data.entities) };
}

function withoutCodeFence(rawText: string): string {
  const text = rawText.replace(/^\uFEFF/u, "").trim();
  if (!text.startsWith("```") || !text.endsWith("```")) return text;
  const firstLine = text.indexOf("\n");
  return firstLine === -1 ? text : text.slice(firstLine + 1, -3).trim();
}

function distinctNames(names: string[]): string[] {
  const byKey = new Map<string, string>();
  for (const name of names.slice(0, MAX_NAMES_READ)) {
    if (byKey.size === MAX_ENTITIES) break;
    const kept = storableLine(name, MAX_ENTITY_CHARS);
    const key = entityKey(kept);
    if (key !== "" && !byKey.has(key)) byKey.set(key, kept);
  }
  return [...byKey.values()];
}
