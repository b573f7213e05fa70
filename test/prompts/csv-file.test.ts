import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { FREQUENCIES } from "@/db/schema";
import { readList, writeList } from "@/lib/csv/cell-lists";
import type { ApiError } from "@/lib/errors";
import { readPromptFile, writePromptFile } from "@/lib/prompts/csv-file";
import { newPrompt } from "@/lib/prompts/input";
import { modelNames } from "@/lib/prompts/model-names";

const MODELS = [
  ["openai", "gpt-5"],
  ["openrouter", "gpt-5"],
  ["openai", "openai/gpt;5"],
  ["simulated", "7"],
  ["simulated", "1"],
  ["openrouter", "openai:gpt-5"],
  ["openai", "simulated:twin"],
  ["simulated", "twin"],
  ["openrouter", '=HYPERLINK("x")'],
  ["openrouter", "a/b:free"],
  ["openrouter", 'a "b"\n;c'],
  ["openrouter", " a "],
  ["openrouter", "openrouter"],
].map(([provider, name], at) => ({
  id: at + 1,
  provider: provider as "openai",
  name: name ?? "",
  label: "",
}));
const ids = MODELS.map((model) => model.id);
const names = modelNames(MODELS);

const HEADER = "slug,question,category,tags,frequency,runs,models";
const read = (...lines: string[]) => readPromptFile(lines.join("\n"), names);

/** What a file is refused for, as `path: message`. */
function issuesOf(...lines: string[]): string[] {
  try {
    read(...lines);
  } catch (error) {
    const { issues } = (error as ApiError).details as {
      issues: { path: string; message: string }[];
    };
    return issues.map(({ path, message }) => `${path}: ${message}`);
  }
  throw new Error("the file was taken");
}

const unit = fc.oneof(
  fc.constantFrom("'", "=", "-", "@", ",", ";", '"', "\r", "\n", "\t", " ", "\ufeff", "a"),
  fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
);
const text = (most: number) =>
  fc
    .string({ unit, minLength: 1, maxLength: most })
    .filter((any) => any.trim() !== "" && !any.includes("\0") && Array.from(any).length <= most);
const prompt = fc
  .record({
    slug: fc.stringMatching(/^[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,8}){0,3}$/),
    question: text(200),
    category: fc.option(text(100), { nil: null }),
    tags: fc.array(text(50), { maxLength: 20 }),
    frequency: fc.constantFrom(...FREQUENCIES),
    runs: fc.integer({ min: 1, max: 50 }),
    modelIds: fc.subarray(ids, { minLength: 1 }),
  })
  .filter((any) => newPrompt.safeParse(any).success);
const prompts = fc.uniqueArray(prompt, { selector: ({ slug }) => slug, maxLength: 6 });

it("reads every prompt that may be as it was written", () => {
  fc.assert(
    fc.property(prompts, (written) => {
      expect(readPromptFile(writePromptFile(written, names), names).prompts).toEqual(written);
    }),
    { numRuns: 500 },
  );
});

it("writes one line a prompt below the header, and marks what a spreadsheet would run", () => {
  const prompt = {
    ...{
      slug: "a",
      question: "=1+1",
      category: "@x",
      tags: ["-1", "b;c"],
      frequency: "once" as const,
    },
    ...{ runs: 5, modelIds: [9, 1, 10] },
  };
  expect(writePromptFile([prompt], names)).toBe(
    `${HEADER}\na,'=1+1,'@x,"'-1;""b;c""",once,5,"""=HYPERLINK(""""x"""")"";openai:gpt-5;a/b:free"\n`,
  );
  expect(writePromptFile([], names)).toBe(`${HEADER}\n`);
});

describe("a list in a cell", () => {
  test.each([
    ["", []],
    ["a", ["a"]],
    ["a;b", ["a", "b"]],
    [" a ; b\t", ["a", "b"]],
    ['" a ";\u00a0b', [" a ", "b"]],
    [' "a;b" ; c', ["a;b", "c"]],
    ["a;", ["a", ""]],
    ['"a;b";c', ["a;b", "c"]],
    ['"a""b"', ['a"b']],
    ["a,b", ["a,b"]],
    ["a\n", ["a"]],
    ['"a\nb";c', ["a\nb", "c"]],
  ])("%j is %j", (cell, entries) => {
    expect(readList(cell)).toEqual({ entries });
  });

  test.each([
    ['"a', "has a quote that is never closed"],
    ['a"b', expect.stringContaining("out of place")],
    ["a;b\nc", "must be one line of entries"],
  ])("%j is none", (cell, fault) => {
    expect(readList(cell)).toEqual({ fault });
  });

  test("of any entries is read as it was written", () => {
    const entries = fc.array(text(20), { minLength: 1 });
    fc.assert(
      fc.property(entries, (any) => {
        expect(readList(writeList(any))).toEqual({ entries: any });
      }),
    );
  });
});

describe("a model", () => {
  test.each([
    ["1", [1]],
    ["01", []],
    ["14", []],
    ["7", [7]],
    ["gpt-5", [1, 2]],
    ["openai:gpt-5", [1]],
    ["openrouter:gpt-5", [2]],
    ["simulated:gpt-5", []],
    ["GPT-5", []],
    ["gpt-5 ", []],
    ["", []],
    ["simulated:7", [4]],
    ["openrouter:openai:gpt-5", [6]],
    ["simulated:twin", [8]],
    ["openai:simulated:twin", [7]],
    ["twin", [8]],
    ["a/b:free", [10]],
    ["openrouter", [13]],
    ["constructor", []],
  ])("written as %j is any of %j", (text, found) => {
    expect(names.idsOf(text)).toEqual(found);
  });

  test("that is a variant is known by its id alone, and leaves the name to the one without label", () => {
    const model = { id: 1, provider: "openai" as const, name: "a", label: "" };
    const variants = modelNames([model, { ...model, id: 2, label: "hot" }]);
    expect(["a", "openai:a", "2"].map(variants.idsOf)).toEqual([[1], [1], [2]]);
    expect([1, 2].map(variants.nameOf)).toEqual(["a", "2"]);
  });

  test("is written by its name where that means no other, else with its provider", () => {
    expect(ids.map(names.nameOf)).toEqual([
      ...["openai:gpt-5", "openrouter:gpt-5", "openai/gpt;5", "simulated:7", "simulated:1"],
      ...["openrouter:openai:gpt-5", "openai:simulated:twin", "twin", '=HYPERLINK("x")'],
      ...["a/b:free", 'a "b"\n;c', " a ", "openrouter"],
    ]);
    for (const id of ids) expect(names.idsOf(names.nameOf(id))).toEqual([id]);
  });
});

describe("a file with faults", () => {
  test("has a hundred of them named and the rest counted, up to a point", () => {
    const bad = (count: number) => Array.from({ length: count }, (_, n) => `S${n},q,1`);
    const issues = (count: number) => issuesOf("slug,question,models", ...bad(count));
    expect(issues(100)).toHaveLength(100);
    expect(issues(101)).toHaveLength(101);
    expect(issues(101)[99]).toMatch(/^line 101\.slug: /);
    expect(issues(101).at(-1)).toBe(": and 1 more like these");
    expect(issues(5_000).at(-1)).toBe(": and 4900 more like these");
    expect(issues(30_000).at(-1)).toBe(": and thousands more like these");
  });

  test("names the first models of a list that is far too long, and not millions", () => {
    const issues = issuesOf("slug,question,models", `a,b,${";".repeat(4_000_000)}`);
    expect(issues[0]).toBe('line 2.models.0: "" is no model');
    expect(issues.at(-1)).toBe(": and 1 more like these");
  });

  test("never repeats more of a cell than a sentence holds, nor half a character", () => {
    const long = `${"x".repeat(59)}😀${"y".repeat(5_000)}`;
    const [header, model] = [issuesOf(long), issuesOf("slug,question,models", `a,b,${long}`)];
    for (const issue of [header[0], model[0]]) {
      expect(issue?.length).toBeLessThan(150);
      expect(issue?.isWellFormed()).toBe(true);
    }
  });
});

describe("a file too large for one statement is refused:", () => {
  const file = (rows: number, models: string) => [
    "slug,question,models",
    ...Array.from({ length: rows }, (_, n) => `s${n},q,${models}`),
  ];

  test("50,001 prompts", () => {
    expect(read(...file(50_000, "7")).prompts).toHaveLength(50_000);
    expect(issuesOf(...file(50_001, "7"))).toEqual([": The file has more than 50000 prompts"]);
  });

  test("200,001 models asked in all", () => {
    const all = ids.slice(0, 10).join(";");
    expect(read(...file(20_000, all)).prompts).toHaveLength(20_000);
    expect(issuesOf(...file(20_001, all))).toEqual([
      ": The file has more than 200000 models in all its rows",
    ]);
  });
});
