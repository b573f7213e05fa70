/**
 * Makes text from outside storable: Postgres refuses NUL, and JSON or UTF-8 refuse lone surrogates.
 * Returns at most `maxChars` UTF-16 units, never cutting a surrogate pair in half.
 */
export function storableText(text: string, maxChars: number): string {
  const wellFormed = text.replaceAll("\u0000", "").toWellFormed();
  if (wellFormed.length <= maxChars) return wellFormed;
  const last = wellFormed.charCodeAt(maxChars - 1);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  return wellFormed.slice(0, splitsPair ? maxChars - 1 : maxChars);
}

/** As `storableText`, on one line: control characters and runs of white space become one space. */
export function storableLine(text: string, maxChars: number): string {
  const whole = storableText(text, text.length);
  return storableText(whole.replace(/[\s\p{Cc}]+/gu, " ").trim(), maxChars).trim();
}
