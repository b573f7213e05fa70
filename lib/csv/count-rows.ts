/**
 * In: a CSV file as text. Out: how many rows it has below its header, for a person to see before it is
 * read for good: lines that aren't blank, but for line breaks within quotes.
 */
export function countRows(csv: string): number {
  let rows = 0;
  let isQuoted = false;
  let isBlank = true;
  const end = () => {
    if (!isBlank) rows += 1;
    isBlank = true;
  };
  for (const character of csv) {
    if (character === '"') isQuoted = !isQuoted;
    if (!isQuoted && (character === "\n" || character === "\r")) end();
    else if (character.trim() !== "") isBlank = false;
  }
  end();
  return Math.max(0, rows - 1);
}
