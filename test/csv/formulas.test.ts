import fc from "fast-check";
import { expect, it } from "vitest";
import { escapeCell, unescapeCell } from "@/lib/csv/formulas";

it.each([
  ["=1+1", "'=1+1"],
  ["+1", "'+1"],
  ["-1", "'-1"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["\t=1", "'\t=1"],
  ["\r=1", "'\r=1"],
  ["'=1", "''=1"],
  ["''@", "'''@"],
])("writes %j as %j, which no spreadsheet runs", (text, cell) => {
  expect(escapeCell(text)).toBe(cell);
  expect(unescapeCell(cell)).toBe(text);
});

it.each(["", "a", "1=1", " =1", "'", "''", "'a", "'90s", "’=1", "\n=1", "a\n=1"])(
  "leaves %j alone, in both directions",
  (text) => {
    expect(escapeCell(text)).toBe(text);
    expect(unescapeCell(text)).toBe(text);
  },
);

const text = fc.string({ unit: fc.constantFrom("'", "=", "+", "-", "@", "\t", "\r", "\n", "a") });

it("gives every text back as it was, and lets none begin like a formula", () => {
  fc.assert(
    fc.property(fc.oneof(text, fc.string({ unit: "binary" })), (any) => {
      expect(unescapeCell(escapeCell(any))).toBe(any);
      expect(escapeCell(any)).not.toMatch(/^[=+\-@\t\r]/);
    }),
  );
});
