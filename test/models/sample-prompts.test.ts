import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { entityKey } from "@/lib/answers/entity-key";
import { SIMULATED_CANDIDATES } from "@/lib/models/simulated-answers";
import { SIMULATED_MODEL_NAMES } from "@/lib/models/simulated-personas";

const csv = await readFile(new URL("../../db/seed/prompts.csv", import.meta.url), "utf8");
const [header, ...lines] = csv.trim().split("\n");
// The samples need no quoting, which keeps this reader honest: a quote would show as a wrong count.
const rows = lines.map((line) => line.split(","));

it("has the columns of an import and no cell that needs quoting", () => {
  expect(header).toBe("slug,question,category,tags,frequency,runs,models");
  expect(csv).not.toContain('"');
  for (const row of rows) expect(row).toHaveLength(7);
});

it("has 24 prompts in 6 categories of 4, with slugs that the contract takes", () => {
  const categories = rows.map((row) => row[2] ?? "");
  expect(rows).toHaveLength(24);
  expect(new Set(rows.map((row) => row[0])).size).toBe(24);
  for (const category of new Set(categories)) {
    expect(categories.filter((other) => other === category)).toHaveLength(4);
  }
  for (const [slug, , , tags, frequency, runs, models] of rows) {
    expect(slug).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/u);
    expect(slug?.length).toBeLessThanOrEqual(80);
    expect(tags).toMatch(/^[^;]+(;[^;]+)*$/u);
    expect([frequency, runs]).toEqual(["daily", "5"]);
    expect(models?.split(";")).toEqual(SIMULATED_MODEL_NAMES);
  }
});

it("knows candidates for every sample question, each name once, and for no other question", () => {
  expect(rows.map((row) => row[1]).sort()).toEqual(Object.keys(SIMULATED_CANDIDATES).sort());
  for (const names of Object.values(SIMULATED_CANDIDATES)) {
    expect(names.length).toBeGreaterThanOrEqual(8);
    expect(new Set(names.map(entityKey)).size).toBe(names.length);
  }
});
