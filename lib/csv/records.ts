import { CsvError, parse } from "csv-parse/sync";
import { stringify } from "csv-stringify/sync";

export type CsvRecord = {
  /** The line of the text on which it begins, from 1; a quoted cell may go on for several. */
  line: number;
  cells: string[];
};

/** What is no CSV, and the line on which its record begins. */
export type CsvFault = { line: number; message: string };

const LINE_BREAKS = ["\r\n", "\n", "\r"];
const LINE_BREAK = /\r\n|\n|\r/g;

type ReadOptions = {
  delimiter?: string;
  most?: number;
  /** Take no blanks around a cell, but for those within quotes. */
  trim?: boolean;
};

/**
 * In: a CSV text with any line breaks. Out: its records, at most `most` of them and up to the first
 * fault; they may differ in length, and blank lines are none.
 */
export function readCsv(
  text: string,
  { delimiter = ",", most = -1, trim = false }: ReadOptions = {},
): { records: CsvRecord[]; fault?: CsvFault } {
  const records: CsvRecord[] = [];
  // The parser's own count of lines takes a \r\n within quotes for two, and is that of a record's end.
  let next = 1;
  const keep = (cells: string[], seen: { empty_lines: number }) => {
    records.push({ line: next + seen.empty_lines, cells });
    next += 1;
    for (const cell of cells) next += cell.match(LINE_BREAK)?.length ?? 0;
    return null;
  };
  try {
    parse(text, {
      delimiter,
      trim,
      record_delimiter: LINE_BREAKS,
      relax_column_count: true,
      skip_empty_lines: true,
      to: most,
      on_record: keep,
    });
    return { records };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = next + Number(error.empty_lines);
    return { records, fault: { line, message: faultOf(error) } };
  }
}

function faultOf(error: CsvError): string {
  return error.code === "CSV_QUOTE_NOT_CLOSED"
    ? "has a quote that is never closed"
    : 'has a quote out of place: a cell with quotes has them around it, and each " in it twice';
}

/**
 * In: rows of cells. Out: a CSV text that `readCsv` gives back as they were; lines end with \n. A cell
 * that matches `quoted` has quotes, whether it needs them or not.
 */
export function writeCsv(
  rows: readonly (readonly string[])[],
  { delimiter = ",", quoted }: { delimiter?: string; quoted?: RegExp } = {},
): string {
  return stringify([...rows], { delimiter, quoted_match: quoted ?? null });
}
