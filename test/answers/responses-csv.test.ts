import { expect, test } from "vitest";
import type { StoredResponse } from "@/lib/answers/responses";
import { writeResponses } from "@/lib/answers/responses-csv";
import { readList } from "@/lib/csv/cell-lists";
import { readCsv } from "@/lib/csv/records";
import { formatOf } from "@/lib/http/responses-reply";

const RESPONSE: StoredResponse = {
  ...{ responseId: 1, jobId: 2, modelId: 3, returnedModel: "gpt-5-2025", batchKey: "2026-03-10" },
  ...{ runIndex: 0, attempt: 1, answeredAt: new Date("2026-03-10T12:00:00Z"), outcome: "named" },
  ...{ answer: "An answer.", inputTokens: 40, cachedInputTokens: null, outputTokens: 12 },
  ...{ costUsd: null, latencyMs: 900, promptVersion: 1, instructionsVersion: 1, parserVersion: 2 },
  ...{ settings: { temperature: 1 }, rawText: "{}" },
  entities: [],
};

function cellsOf(response: Partial<StoredResponse>): Map<string, string> {
  const { records } = readCsv(writeResponses([{ ...RESPONSE, ...response }]));
  expect(records).toHaveLength(2);
  return new Map(records[0]?.cells.map((name, index) => [name, records[1]?.cells[index] ?? ""]));
}

test.each([
  '=HYPERLINK("https://evil.example","x")',
  "+1",
  "-1+cmd|' /C calc'!A0",
  "@SUM(1)",
  "\t=1",
  "\r=1",
  "'=1",
])("a cell that begins like a formula is a text: %j", (text) => {
  const name = { id: 1, name: text, rank: 1, writtenAs: text, ignored: false };
  const cells = cellsOf({ answer: text, rawText: text, returnedModel: text, entities: [name] });
  for (const column of ["answer", "rawText", "returnedModel"]) {
    expect(cells.get(column)).toBe(`'${text}`);
  }
  // The quotes of a list within a cell hold a formula back as well.
  expect(cells.get("entities")).not.toMatch(/^[=+\-@\t\r]/);
});

test("quotes, commas and line breaks in an answer break no row", () => {
  const answer = 'a "b", c;\r\n"d\n\n,=e';
  const cells = cellsOf({ answer, rawText: answer });
  expect([cells.get("answer"), cells.get("rawText")]).toEqual([answer, answer]);
});

test("unknown figures are empty cells, and lists are entries with ; between", () => {
  const entity = (id: number, name: string, ignored = false) => ({
    ...{ id, name, ignored, rank: id, writtenAs: `${name}!` },
  });
  const entities = [entity(1, "Tom; Jerry"), entity(2, "Show", true), entity(3, "Dark")];
  const cells = cellsOf({ entities });
  const list = (column: string) => readList(cells.get(column) ?? "");
  expect(list("entities")).toEqual({ entries: ["Tom; Jerry", "Dark"] });
  expect(list("entityIds")).toEqual({ entries: ["1", "3"] });
  expect(list("namesAsWritten")).toEqual({ entries: ["Tom; Jerry!", "Show!", "Dark!"] });
  expect([cells.get("costUsd"), cells.get("cachedInputTokens")]).toEqual(["", ""]);
  expect(cells.get("settings")).toBe('{"temperature":1}');
});

test.each([
  [undefined, undefined, "json"],
  [undefined, "*/*", "json"],
  [undefined, "text/csv", "csv"],
  [undefined, "TEXT/CSV; q=0.5, */*;q=0.1", "csv"],
  [undefined, "application/json, text/csv;q=0.9", "json"],
  [undefined, "application/json;q=0.1, text/csv", "csv"],
  [undefined, "text/csv;q=0", "json"],
  ["json", "text/csv", "json"],
  ["csv", "application/json", "csv"],
] as const)("format %s and Accept %s give %s", (format, accept, expected) => {
  expect(formatOf(format, accept)).toBe(expected);
});
