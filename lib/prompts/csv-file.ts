import type { ImportedPrompt } from "@/db/prompt-import";
import { escapeCell, unescapeCell } from "@/lib/csv/formulas";
import { type CsvRecord, readCsv, writeCsv } from "@/lib/csv/records";
import { type Issue, validationError } from "@/lib/errors";
import { issuesOf } from "@/lib/http/issues";
import { COLUMNS, type Column, NEEDED_COLUMNS, promptCells, promptRow, quoted } from "./csv-row";
import type { ModelNames } from "./model-names";

// Of a file with more faults than a person reads, the first are named and the rest counted, up to a
// point: to look for millions would keep the process busy.
const MOST_NAMED = 100;
const MOST_COUNTED = 5_000;

// What one statement stores well within the database's deadline of 10 s: 3 s and 6 s on two cores. 4 MiB
// of usual prompts are 34,000, with 4 models each.
const MOST_PROMPTS = 50_000;
const MOST_MODELS_IN_ALL = 200_000;

/**
 * In: a CSV file of prompts, and how it may name models. Out: its prompts, with defaults where a cell is
 * empty, and the columns it has. Throws ValidationError, which names each bad row by the line it begins on.
 */
export function readPromptFile(
  csv: string,
  names: ModelNames,
): { prompts: ImportedPrompt[]; columns: Set<Column> } {
  // The header, and one row more than there may be.
  const { records, fault } = readCsv(csv, { most: MOST_PROMPTS + 2 });
  if (fault) refuse([{ path: `line ${fault.line}`, message: fault.message }]);
  const [header = { line: 1, cells: [] }, ...rows] = records;
  const columns = readHeader(header);
  refuseMore(rows.length, MOST_PROMPTS, "prompts");
  const prompts = readRows(columns, rows, names);
  const models = prompts.reduce((sum, { modelIds }) => sum + modelIds.length, 0);
  refuseMore(models, MOST_MODELS_IN_ALL, "models in all its rows");
  return { prompts, columns: new Set(columns) };
}

/** What `readPromptFile` gives back, with all columns. */
export function writePromptFile(prompts: readonly ImportedPrompt[], names: ModelNames): string {
  const rows = prompts.map((prompt) => promptCells(prompt, names).map(escapeCell));
  return writeCsv([COLUMNS, ...rows]);
}

const isColumn = (name: string): name is Column => COLUMNS.some((column) => column === name);

function readHeader({ line, cells: sent }: CsvRecord): Column[] {
  const cells = sent.map((name) => name.trim());
  const known = cells.filter(isColumn);
  const count = (column: Column) => known.filter((name) => name === column).length;
  const unknown = [...new Set(cells.filter((name) => !isColumn(name)))];
  const faults = [
    ...unknown.map((name) => `has an unknown column, ${quoted(name)}`),
    ...COLUMNS.filter((name) => count(name) > 1).map((name) => `has the column ${name} twice`),
    ...NEEDED_COLUMNS.filter((name) => count(name) === 0).map((name) => `lacks the column ${name}`),
  ];
  refuse(faults.map((message) => ({ path: `line ${line}`, message })));
  return known;
}

function readRows(
  columns: readonly Column[],
  rows: readonly CsvRecord[],
  names: ModelNames,
): ImportedPrompt[] {
  const schema = promptRow(names);
  const lineOfSlug = new Map<string, number>();
  const prompts: ImportedPrompt[] = [];
  const issues: Issue[] = [];
  for (const { line, cells } of rows) {
    if (issues.length > MOST_COUNTED) break;
    if (cells.length !== columns.length) {
      const message = `has ${cells.length} cells where the header has ${columns.length}`;
      issues.push({ path: `line ${line}`, message });
      continue;
    }
    const at = (path: string, message: string) =>
      issues.push({ path: `line ${line}.${path}`, message });
    const row = byColumn(columns, cells);
    const read = schema.safeParse(row);
    if (read.success) prompts.push(read.data);
    else for (const { path, message } of issuesOf(read.error)) at(path, message);
    const earlier = lineOfSlug.get(row.slug);
    if (earlier) at("slug", `is that of line ${earlier} too`);
    else lineOfSlug.set(row.slug, line);
  }
  refuse(issues);
  return prompts;
}

/** An absent column is an empty cell. */
function byColumn(columns: readonly Column[], cells: readonly string[]): Record<Column, string> {
  const cell = (column: Column) => unescapeCell(cells[columns.indexOf(column)] ?? "");
  return {
    slug: cell("slug"),
    question: cell("question"),
    category: cell("category"),
    tags: cell("tags"),
    frequency: cell("frequency"),
    runs: cell("runs"),
    models: cell("models"),
  };
}

/** Throws what was found, if anything was. */
function refuse(issues: readonly Issue[]): void {
  const [first, ...rest] = issues.slice(0, MOST_NAMED);
  if (!first) return;
  const unnamed = issues.length - MOST_NAMED;
  const count = issues.length > MOST_COUNTED ? "thousands" : unnamed;
  if (unnamed > 0) rest.push({ path: "", message: `and ${count} more like these` });
  throw validationError([first, ...rest]);
}

function refuseMore(count: number, most: number, what: string): void {
  if (count > most) refuse([{ path: "", message: `The file has more than ${most} ${what}` }]);
}
