// Spreadsheets run a cell that begins like a formula, whoever wrote it
// (https://owasp.org/www-community/attacks/CSV_Injection). A ' before it makes it a text.

const FORMULA = /^'*[=+\-@\t\r]/;
const ESCAPED = /^'+[=+\-@\t\r]/;

/**
 * In: a cell's text. Out: one that no spreadsheet runs. What has the mark already gets another, so that
 * `unescapeCell` gives every text back as it was.
 */
export function escapeCell(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** Takes away what `escapeCell` added, and nothing else. */
export function unescapeCell(cell: string): string {
  return ESCAPED.test(cell) ? cell.slice(1) : cell;
}
