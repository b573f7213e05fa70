import type { JobStatus } from "@/db/job-status";

/** What the address of the list asks for. */
export type JobsAddress = {
  status: JobStatus | null;
  batch: string | null;
  model: number | null;
  error: string | null;
  /** A slug, or an id. */
  question: string | null;
  /** An id: the page begins after it. */
  cursor: number | null;
  /** Which place in the list the page begins at, from 1: for its "101–200", nothing hangs on it. */
  from: number;
};

/** The address that asks for this; what isn't given is not asked for. */
export function jobsHref(asked: Partial<JobsAddress>): string {
  const query = new URLSearchParams();
  for (const name of ["status", "batch", "model", "error", "question", "cursor"] as const) {
    const value = asked[name];
    if (value !== null && value !== undefined) query.set(name, String(value));
  }
  if (query.has("cursor") && asked.from) query.set("from", String(asked.from));
  return query.size > 0 ? `/jobs?${query}` : "/jobs";
}

/** True where it asks for more than a state. */
export function isFiltered({ batch, model, error, question }: JobsAddress): boolean {
  return batch !== null || model !== null || error !== null || question !== null;
}
