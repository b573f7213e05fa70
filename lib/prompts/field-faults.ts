import type { Issue } from "@/lib/errors";

/** A form's fields by the names that the API has for them, each with its label. */
type Labels<Name extends string> = Readonly<Record<Name, string>>;

/**
 * In: what the API found wrong, such as `modelIds.0`, and the labels of a form's fields. Out: the first
 * fault of each field as a sentence, "Runs must be from 1 to 50.", and those of no field.
 */
export function faultsOf<Name extends string>(
  issues: readonly Issue[],
  labels: Labels<Name>,
): { fields: Partial<Record<Name, string>>; others: string[] } {
  const fields: Partial<Record<Name, string>> = {};
  const others: string[] = [];
  const isField = (name: string): name is Name => Object.hasOwn(labels, name);
  for (const { path, message } of issues) {
    const [name = ""] = path.split(".");
    if (!isField(name)) others.push(`${path === "" ? "It" : path} ${message}.`);
    else fields[name] ??= `${labels[name]} ${message}.`;
  }
  return { fields, others };
}
