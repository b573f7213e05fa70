import type { z } from "zod";
import { validationError } from "@/lib/errors";
import { issuesOf } from "./issues";

/** What a schema makes of an input. Throws ValidationError, with every place that is wrong. */
export function readInput<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const [first, ...rest] = issuesOf(parsed.error);
  throw validationError([first ?? { path: "", message: "is not valid" }, ...rest]);
}

/** The query of an address. Throws ValidationError where a parameter comes twice. */
export function queryOf(request: Request): Record<string, string> {
  const query = new Map<string, string>();
  for (const [name, value] of new URL(request.url).searchParams) {
    if (query.has(name))
      throw validationError([{ path: name, message: "is given more than once" }]);
    query.set(name, value);
  }
  return Object.fromEntries(query);
}
