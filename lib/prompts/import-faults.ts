import type { Issue } from "@/lib/errors";

/** What is wrong with a file, at a line of it and in a column, where there is one. */
export type ImportFault = { line: number | null; column: string | null; problem: string };

/** In: what the API found wrong, by paths such as `line 3.models.1`. Out: the same for a table. */
export function importFaults(issues: readonly Issue[]): ImportFault[] {
  return issues.map(({ path, message }) => {
    const [, line, column] = /^line (\d+)(?:\.([^.]+))?/.exec(path) ?? [];
    return { line: line ? Number(line) : null, column: column ?? null, problem: message };
  });
}

/** How many rows have errors, of those that are named. */
export function faultyRows(faults: readonly ImportFault[]): number {
  return new Set(faults.flatMap(({ line }) => line ?? [])).size;
}
