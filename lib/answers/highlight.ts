/** A piece of a text; `named` where it is one of the names that were sought. */
export type Piece = { text: string; named: boolean };

/**
 * Cuts a text where names stand in it, upper and lower case alike; of several that begin at one place the
 * longest. A name within a longer word isn't one.
 */
export function highlight(text: string, names: readonly string[]): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const { at, length } of placesOf(text, names)) {
    if (at > end) pieces.push({ text: text.slice(end, at), named: false });
    pieces.push({ text: text.slice(at, at + length), named: true });
    end = at + length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), named: false });
  return pieces;
}

function placesOf(text: string, names: readonly string[]): { at: number; length: number }[] {
  const sought = [...new Set(names)].filter((name) => name.trim() !== "");
  if (sought.length === 0) return [];
  const longestFirst = sought.toSorted((a, b) => b.length - a.length).map(escaped);
  return [...text.matchAll(new RegExp(longestFirst.join("|"), "giu"))]
    .map(({ index, 0: { length } }) => ({ at: index, length }))
    .filter(({ at, length }) => !cutsWord(text, at) && !cutsWord(text, at + length));
}

/** A text as a pattern that matches itself; with the flag `u` nothing else may be escaped. */
const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/gu, "\\$&");

// Apart from the names' pattern: with the flag `i` each use of these classes takes 30 ms to compile.
const ENDS_IN_WORD = /[\p{L}\p{N}]$/u;
const BEGINS_IN_WORD = /^[\p{L}\p{N}]/u;

/** Whether a word goes on from before a place to behind it. */
const cutsWord = (text: string, at: number) =>
  ENDS_IN_WORD.test(text.slice(Math.max(0, at - 2), at)) &&
  BEGINS_IN_WORD.test(text.slice(at, at + 2));
