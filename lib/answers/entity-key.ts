// Backtick is no punctuation to Unicode, but models write names as `code`. Invisible format
// characters (zero-width space, byte order mark, direction marks) go with it.
const SURROUNDINGS = "[\\p{P}\\p{Cf}\\s`]";
const LEADING = new RegExp(`^${SURROUNDINGS}+`, "u");
// Begun only where a run begins: else each place of a long run inside the name would be tried to its end.
const TRAILING = new RegExp(`(?<!${SURROUNDINGS})${SURROUNDINGS}+$`, "u");

/**
 * The form under which two spellings of a name count as the same entity (measuring.md, "Entities"):
 * Unicode NFKC, case folding, trimming, dropping surrounding punctuation, white space collapsed.
 * In: any string. Out: the key, '' where nothing is left (such a name is dropped).
 *
 * A `#` right after a letter or digit stays, else C# and C would be one language; symbols such as the
 * plus of "C++" and "Disney+" are no punctuation to Unicode and stay as well.
 */
export function entityKey(name: string): string {
  const folded = foldCase(name.replaceAll("\u0000", "").toWellFormed().normalize("NFKC"));
  const collapsed = folded.normalize("NFKC").replace(/\s+/gu, " ").replace(LEADING, "");
  const bare = collapsed.replace(TRAILING, "");
  const isSharp = /[\p{L}\p{N}]$/u.test(bare) && collapsed[bare.length] === "#";
  return isSharp ? `${bare}#` : bare;
}

// JavaScript has no case folding. Upper then lower case joins what folding joins ("ß" with "SS");
// the final sigma is the one letter whose lower case depends on where it stands.
function foldCase(text: string): string {
  return text.toUpperCase().toLowerCase().replaceAll("ς", "σ");
}
