import { z } from "zod";
import type { ImportedPrompt } from "@/db/prompt-import";
import { readList, writeList } from "@/lib/csv/cell-lists";
import { MOST_MODELS, newPrompt } from "./input";
import type { ModelNames } from "./model-names";

export const COLUMNS = [
  "slug",
  "question",
  "category",
  "tags",
  "frequency",
  "runs",
  "models",
] as const;
export type Column = (typeof COLUMNS)[number];

/** Those that a file may not lack. */
export const NEEDED_COLUMNS: readonly Column[] = ["slug", "question", "models"];

const { shape } = newPrompt;

/** A cell that may be left empty, for the default of a new prompt. */
const optional = z.string().transform((cell): unknown => (cell === "" ? undefined : cell));

/** What is no whole number stays a text, which the field's own rule refuses. */
const wholeNumber = optional.transform((cell) =>
  typeof cell === "string" && /^-?\d{1,9}$/.test(cell) ? Number(cell) : cell,
);

const list = z.string().transform((cell, context) => {
  const read = readList(cell);
  if ("entries" in read) return read.entries;
  context.addIssue(read.fault);
  return z.NEVER;
});

/**
 * In: how a row may name models. Out: a schema for a row's cells by column, all of them texts, with the
 * rules of a new prompt.
 */
export function promptRow({ idsOf }: ModelNames) {
  const models = list.transform((texts, context) =>
    // One more than the rule allows, so that it refuses what is left out here.
    texts.slice(0, MOST_MODELS + 1).map((text, at) => {
      const [id, another] = idsOf(text);
      if (id !== undefined && another === undefined) return id;
      const message = another
        ? `${quoted(text)} is the name of several models: use the id of one`
        : `${quoted(text)} is no model`;
      context.addIssue({ code: "custom", path: [at], message });
      return z.NEVER;
    }),
  );
  const row = z.strictObject({
    slug: shape.slug,
    question: shape.question,
    category: optional.pipe(shape.category),
    tags: list.pipe(shape.tags.unwrap()),
    frequency: optional.pipe(shape.frequency),
    runs: wholeNumber.pipe(shape.runs),
    models: models.pipe(shape.modelIds),
  });
  return row.transform(({ models: modelIds, ...prompt }) => ({ ...prompt, modelIds }));
}

/** A prompt's cells, in the order of COLUMNS: what `promptRow` reads as the same prompt. */
export function promptCells(prompt: ImportedPrompt, { nameOf }: ModelNames): string[] {
  const { slug, question, category, tags, frequency, runs, modelIds } = prompt;
  const models = writeList(modelIds.map(nameOf));
  return [slug, question, category ?? "", writeList(tags), frequency, String(runs), models];
}

/** What a caller wrote, no longer than a sentence bears. */
export function quoted(text: string): string {
  const shown = text.length > 60 ? `${text.slice(0, 60).toWellFormed()}…` : text;
  return `"${shown}"`;
}
