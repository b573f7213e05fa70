import { listBatchKeys } from "@/db/batch-queries";
import type { JobFilter } from "@/db/job-filter";
import { countActiveJobs, findLastUnwell, listJobQuestions } from "@/db/job-list-queries";
import { countJobs, listJobs } from "@/db/job-queries";
import type { JobStatus } from "@/db/job-status";
import { ownedBy, type Sight } from "@/lib/auth/caller";
import type { Environment } from "@/lib/env";
import { readModels } from "@/lib/models/models";
import { describeJob } from "./describe-job";
import { finalCounts } from "./final-counts";
import { limitsOf } from "./limits";

const BATCHES_TO_CHOOSE = 14;

/**
 * A page of the jobs that match, newest first, and how many match in each state, whatever state the page
 * shows. Where nothing else is asked for, the counts of final ones may be 60 s old, so that a million
 * jobs aren't counted at each look.
 */
export async function readJobList(
  filter: JobFilter,
  page: { limit: number; before: number | null },
  sight: Sight,
  env: Environment,
) {
  const { status, ...others } = { ...filter, ...ownedBy(sight) };
  const [counts, jobs] = await Promise.all([
    countByStatus(others),
    listJobs(
      { ...others, status },
      { limit: page.limit + 1, before: page.before, limits: limitsOf(env) },
    ),
  ]);
  const shown = jobs.slice(0, page.limit);
  const last = shown.at(-1);
  return {
    counts,
    jobs: shown.map(describeJob),
    nextCursor: jobs.length > page.limit && last ? last.id : null,
  };
}

async function countByStatus({ ownerId, ...filter }: JobFilter) {
  const isAll = Object.values(filter).every((value) => value === undefined);
  if (!isAll) return countJobs({ ...filter, ownerId });
  const [active, final] = await Promise.all([countActiveJobs(ownerId), finalCounts(ownerId)]);
  return { ...active, ...final };
}

/** What jobs can be sought by: all questions and models of the caller, and the batches of late. */
export async function readJobChoices(sight: Sight) {
  const { ownerId } = ownedBy(sight);
  const newest = { limit: BATCHES_TO_CHOOSE, before: null, ...ownedBy(sight) };
  const [questions, models, batches] = await Promise.all([
    listJobQuestions(ownerId),
    readModels(),
    listBatchKeys(newest),
  ]);
  return { questions, models, batchKeys: batches.map((batch) => batch.batchKey) };
}

/** When a job last came to such an end; null: none did, or jobs in that state aren't unwell. */
export async function lastUnwell(status: JobStatus, sight: Sight): Promise<Date | null> {
  const isUnwell = status === "failed" || status === "skipped" || status === "cancelled";
  return isUnwell ? findLastUnwell(status, ownedBy(sight).ownerId) : null;
}
