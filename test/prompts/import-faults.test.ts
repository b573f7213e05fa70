import { expect, test } from "vitest";
import { faultyRows, importFaults } from "@/lib/prompts/import-faults";

const ISSUES = [
  { path: "line 2.models.1", message: '"gpt-9" is no model' },
  { path: "line 2.runs", message: "must be from 1 to 50" },
  { path: "line 14", message: "has 3 cells where the header has 7" },
  { path: "", message: "and 40 more like these" },
];

test("each fault has its line, and its column where it is of one", () => {
  expect(importFaults(ISSUES)).toEqual([
    { line: 2, column: "models", problem: '"gpt-9" is no model' },
    { line: 2, column: "runs", problem: "must be from 1 to 50" },
    { line: 14, column: null, problem: "has 3 cells where the header has 7" },
    { line: null, column: null, problem: "and 40 more like these" },
  ]);
});

test("a row with two faults is one row with errors", () => {
  expect(faultyRows(importFaults(ISSUES))).toBe(2);
});
