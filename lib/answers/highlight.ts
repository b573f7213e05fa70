/** A piece of a text; `named` where it is one of the names that were sought. */
export type Piece = { text: string; named: boolean };

/**
 * Cuts a text where names stand in it, upper and lower case alike; of several that begin at one place the
 * longest. A name within a longer word isn't one.
 */
export function highlight(text: string, names: readonly string[]): Piece[] {
  const sought = [...new Set(names)].filter((name) => name.trim() !== "");
  if (sought.length === 0) return text === "" ? [] : [{ text, named: false }];
  const longestFirst = sought.toSorted((a, b) => b.length - a.length).map(escaped);
  const pattern = new RegExp(
    `(?<![\\p{L}\\p{N}])(?:${longestFirst.join("|")})(?![\\p{L}\\p{N}])`,
    "giu",
  );
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > end) pieces.push({ text: text.slice(end, match.index), named: false });
    pieces.push({ text: match[0], named: true });
    end = match.index + match[0].length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), named: false });
  return pieces;
}

/** A text as a pattern that matches itself; with the flag `u` nothing else may be escaped. */
const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/gu, "\\$&");
