import type { Frequency } from "@/db/schema";

/** What a question's form holds, as it is typed. */
export type FormValues = {
  question: string;
  slug: string;
  category: string;
  /** With commas between. */
  tags: string;
  frequency: Frequency;
  runs: string;
  modelIds: readonly number[];
};

/** The fields by the names that the API has for them, with what they are called. */
export const LABELS = {
  question: "Question",
  slug: "Slug",
  category: "Category",
  tags: "Tags",
  frequency: "Frequency",
  runs: "Runs",
  modelIds: "Models",
} as const;
export type FieldName = keyof typeof LABELS;

/** In their order on the page. */
export const FIELD_NAMES = [
  "question",
  "slug",
  "category",
  "tags",
  "frequency",
  "modelIds",
  "runs",
] as const satisfies readonly FieldName[];

/** The id of a field's control, for what leads to it. */
export const idOfField = (name: FieldName) => `question-${name}`;

/** The body that saves it. What isn't right goes as it is typed: the API says what is wrong. */
export function bodyOf(values: FormValues) {
  return {
    question: values.question,
    slug: values.slug.trim(),
    category: values.category.trim() || null,
    tags: values.tags
      .split(",")
      .map((tag) => tag.trim())
      .filter((tag) => tag !== ""),
    frequency: values.frequency,
    runs: runsOf(values),
    modelIds: values.modelIds,
  };
}

/** The number that is typed, else what is. */
export function runsOf({ runs }: Pick<FormValues, "runs">): number | string {
  return /^\s*-?\d{1,9}\s*$/.test(runs) ? Number(runs) : runs;
}
