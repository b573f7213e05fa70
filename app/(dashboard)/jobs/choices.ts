import { JOB_ERROR_CODES } from "@/lib/jobs/error-codes";
import type { readJobChoices } from "@/lib/jobs/job-list";
import type { Filter } from "../../ui/filters";
import type { JobsAddress } from "./address";

type Choices = Awaited<ReturnType<typeof readJobChoices>>;

/** What the jobs can be sought by. What the address asks for is among it, even where it is gone. */
export function filtersOf(asked: JobsAddress, choices: Choices): Filter[] {
  const batches = choices.batchKeys.map((key) => ({ value: key, label: shortKey(key) }));
  const models = choices.models.map(({ id, name, label }) => ({
    value: String(id),
    label: label === "" ? name : `${name} ${label}`,
  }));
  const errors = JOB_ERROR_CODES.map((code) => ({ value: code, label: code }));
  const slugs = choices.questions.map(({ slug }) => slug);
  const questions = choices.questions.map(({ id, slug }) => {
    const isUnique = slugs.indexOf(slug) === slugs.lastIndexOf(slug);
    return isUnique
      ? { value: slug, label: slug }
      : { value: String(id), label: `${slug} (${id})` };
  });
  const question = choices.questions.find(({ id }) => String(id) === asked.question);
  return [
    { name: "batch", label: "Batch", kind: "choice", options: withAsked(batches, asked.batch) },
    { name: "model", label: "Model", kind: "choice", options: withAsked(models, asked.model) },
    { name: "error", label: "Error", kind: "choice", options: withAsked(errors, asked.error) },
    {
      name: "question",
      label: "Question",
      kind: "choice",
      options: withAsked(questions, asked.question, question?.slug),
    },
  ];
}

function withAsked(
  options: { value: string; label: string }[],
  asked: string | number | null,
  label?: string,
) {
  const value = asked === null ? "" : String(asked);
  if (value === "" || options.some((option) => option.value === value)) return options;
  return [{ value, label: label ?? shortKey(value) }, ...options];
}

/** An id that matches no question. */
const NO_QUESTION = Number.MAX_SAFE_INTEGER;

/** The id of the question that the address asks for; of a deleted one only the id is known. */
export function promptIdOf(asked: JobsAddress, { questions }: Choices): number | undefined {
  const { question } = asked;
  if (question === null) return undefined;
  const known = questions.find(({ id, slug }) => slug === question || String(id) === question);
  if (known) return known.id;
  return /^[1-9]\d{0,14}$/.test(question) ? Number(question) : NO_QUESTION;
}

/** A run's key without most of its uuid: `run-bae79036`. */
export function shortKey(batchKey: string): string {
  return batchKey.replace(/^(run-[0-9a-f]{8})-[0-9a-f-]+$/, "$1");
}
