import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { readCsv, writeCsv } from "@/lib/csv/records";

const cell = fc.string({
  unit: fc.constantFrom('"', ",", ";", "\r", "\n", " ", "a", "😀", "\ufeff"),
});
const row = fc.array(cell, { minLength: 2, maxLength: 5 });

it.each([",", ";"])("reads what it wrote as it was, with %s between cells", (delimiter) => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 8 }), (rows) => {
      const { records, fault } = readCsv(writeCsv(rows, { delimiter }), { delimiter });
      expect(fault).toBeUndefined();
      expect(records.map(({ cells }) => cells)).toEqual(rows);
    }),
  );
});

it("names the line that a record begins on, whatever breaks and blank lines lie before it", () => {
  const lineBreak = fc.constantFrom("\n", "\r\n", "\r");
  const line = fc.record({ cells: fc.option(row, { nil: null }), lineBreak });
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
      let csv = "";
      const begin: number[] = [];
      for (const { cells, lineBreak } of lines) {
        // Behind a lone \r a blank line's \n would be the other half of one break.
        const written = cells ? writeCsv([cells]).slice(0, -1) : "";
        if (cells) begin.push(csv.split(/\r\n|\n|\r/).length);
        csv += written + (csv.endsWith("\r") && written === "" ? "\r\n" : lineBreak);
      }
      expect(readCsv(csv).records.map((record) => record.line)).toEqual(begin);
    }),
  );
});

it("takes lines of any length, and skips only blank ones", () => {
  const { records } = readCsv("\na,b\n\n ,\nc\n,\n\n");
  expect(records).toEqual([
    { line: 2, cells: ["a", "b"] },
    { line: 4, cells: [" ", ""] },
    { line: 5, cells: ["c"] },
    { line: 6, cells: ["", ""] },
  ]);
  expect(readCsv("").records).toEqual([]);
  expect(readCsv('a\n\nb\nc\nd,"', { most: 2 })).toEqual({
    records: [
      { line: 1, cells: ["a"] },
      { line: 3, cells: ["b"] },
    ],
  });
});

describe("what is no CSV", () => {
  test.each([
    ["a quote that is never closed", 'a,b\n"c\nd', 2, "never closed"],
    ["one that a later quote closes", 'a,b\n"c,d\ne,"f"\n', 2, "out of place"],
    ["text behind a closing quote", 'a,b\n"c\n\n"d,e\n', 2, "out of place"],
    ["a quote within a bare cell", 'a,"b\r\nc"\r\n\r\nd,e"f\r\n', 4, "out of place"],
    ["a space before a quote", 'a,b\nc, "d"\n', 2, "out of place"],
  ])("%s is a fault of the line it begins on", (_, csv, line, message) => {
    const { fault } = readCsv(csv);
    expect(fault).toEqual({ line, message: expect.stringContaining(message) });
  });
});
