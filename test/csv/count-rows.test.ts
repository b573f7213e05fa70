import { describe, expect, test } from "vitest";
import { countRows } from "@/lib/csv/count-rows";

describe("rows of a CSV file", () => {
  test.each([
    ["nothing", "", 0],
    ["a header alone", "slug,question\n", 0],
    ["rows with and without a last line break", "slug,question\na,b\r\nc,d", 2],
    ["blank lines are none", "\uFEFFslug,question\n\na,b\n  \n", 1],
    [
      "a line break within quotes is part of its row",
      'slug,question\na,"one\ntwo ""three""\n"\nb,c',
      2,
    ],
  ])("%s", (_, csv, rows) => {
    expect(countRows(csv)).toBe(rows);
  });
});
