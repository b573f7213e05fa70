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

type Found = { at: number; length: number };

/** Where the names stand, in order; none overlaps another. */
function placesOf(text: string, names: readonly string[]): Found[] {
  const folded = fold(text);
  const sought = [...new Set(names.map(fold))].filter((name) => name.trim() !== "");
  const places = sought
    .flatMap((name) => occurrences(folded, name))
    .filter(({ at, length }) => !cutsWord(text, at) && !cutsWord(text, at + length))
    .sort((a, b) => a.at - b.at || b.length - a.length);
  let end = 0;
  return places.filter(({ at, length }) => {
    if (at < end) return false;
    end = at + length;
    return true;
  });
}

function occurrences(text: string, name: string): Found[] {
  const found: Found[] = [];
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + name.length)) {
    found.push({ at, length: name.length });
  }
  return found;
}

/** Lower case where that is as long, so that places stay what they are. */
const fold = (text: string): string =>
  Array.from(text, (letter) => {
    const lower = letter.toLowerCase();
    return lower.length === letter.length ? lower : letter;
  }).join("");

const ENDS_IN_WORD = /[\p{L}\p{N}]$/u;
const BEGINS_IN_WORD = /^[\p{L}\p{N}]/u;

/** Whether a word goes on from before a place to behind it. */
const cutsWord = (text: string, at: number) =>
  ENDS_IN_WORD.test(text.slice(Math.max(0, at - 2), at)) &&
  BEGINS_IN_WORD.test(text.slice(at, at + 2));
