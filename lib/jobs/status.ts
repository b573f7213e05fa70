import type { JobFilter } from "@/db/job-filter";
import { countJobs, listJobs } from "@/db/job-queries";
import { ownedBy, type Sight, sees } from "@/lib/auth/caller";
import type { Environment } from "@/lib/env";
import { jobNotFound } from "@/lib/errors";
import { getJobStatus } from "@/lib/live-store/job-status";
import { describeJob, type JobState } from "./describe-job";
import { limitsOf } from "./limits";

/** A page of the jobs that match, newest first, with the counts of all that match. */
export async function statusOfJobs(
  filter: JobFilter,
  page: { limit: number; before: number | null },
  sight: Sight,
  env: Environment,
) {
  const own = { ...filter, ...ownedBy(sight) };
  const [counts, jobs] = await Promise.all([
    countJobs(own),
    listJobs(own, { limit: page.limit + 1, before: page.before, limits: limitsOf(env) }),
  ]);
  const shown = jobs.slice(0, page.limit);
  const last = shown.at(-1);
  return {
    summary: { total: Object.values(counts).reduce((sum, n) => sum + n, 0), ...counts },
    jobs: shown.map(describeJob),
    nextCursor: jobs.length > page.limit && last ? String(last.id) : null,
  };
}

/**
 * One job with its attempts and answer, in the version `atLeast` or a later one, if it has come so far.
 * Throws JobNotFoundError, also where the caller mayn't see it.
 */
export async function statusOfJob(
  jobId: number,
  sight: Sight,
  env: Environment,
  atLeast = 0,
): Promise<JobState> {
  const state = await getJobStatus(jobId, limitsOf(env), atLeast);
  if (!state || !sees(sight, state.job.ownerId)) throw jobNotFound(jobId);
  return state;
}
