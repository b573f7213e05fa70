/**
 * Makes text from outside storable and harmless to print: Postgres refuses NUL, JSON or UTF-8 refuse lone
 * surrogates, and a terminal obeys the other control characters. Tabs and line ends stay, as `\n`.
 * Returns at most `maxChars` UTF-16 units, never cutting a surrogate pair in half.
 */
export function storableText(text: string, maxChars: number): string {
  const lines = wellFormed(text).replace(/\r\n?/gu, "\n");
  return cut(lines.replace(/[^\P{Cc}\t\n]/gu, ""), maxChars);
}

/** As `storableText`, on one line: control characters and runs of white space become one space. */
export function storableLine(text: string, maxChars: number): string {
  const line = wellFormed(text).replace(/[\s\p{Cc}]+/gu, " ");
  return cut(line.trim(), maxChars).trim();
}

function wellFormed(text: string): string {
  return text.replaceAll("\u0000", "").toWellFormed();
}

function cut(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const last = text.charCodeAt(maxChars - 1);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, splitsPair ? maxChars - 1 : maxChars);
}
