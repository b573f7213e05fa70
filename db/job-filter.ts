import { and, eq, gt, type SQL, sql } from "drizzle-orm";
import { arrayLiteral } from "./client";
import { ACTIVE_JOB_STATUSES, type JobStatus, RESTARTABLE_JOB_STATUSES } from "./job-status";
import { promptJobs } from "./schema";

/** Which jobs: those for which everything given holds. */
export type JobFilter = {
  jobId?: number | undefined;
  jobIds?: readonly number[] | undefined;
  /** Only those made after this one. */
  after?: number | undefined;
  batchKey?: string | undefined;
  promptId?: number | undefined;
  modelId?: number | undefined;
  status?: JobStatus | undefined;
  errorCode?: string | undefined;
  ownerId?: string | undefined;
};

/** The filter as SQL over unaliased `prompt_jobs`; undefined where it is empty: all of them. */
export function matching(filter: JobFilter): SQL | undefined {
  const { jobId, jobIds, after, batchKey, promptId, modelId, status, errorCode, ownerId } = filter;
  return and(
    jobId === undefined ? undefined : eq(promptJobs.id, jobId),
    jobIds && sql`${promptJobs.id} = any(${arrayLiteral(jobIds)}::bigint[])`,
    after === undefined ? undefined : gt(promptJobs.id, after),
    batchKey === undefined ? undefined : eq(promptJobs.batchKey, batchKey),
    promptId === undefined ? undefined : eq(promptJobs.promptId, promptId),
    modelId === undefined ? undefined : eq(promptJobs.modelId, modelId),
    status === undefined ? undefined : eq(promptJobs.status, status),
    errorCode === undefined ? undefined : eq(promptJobs.errorCode, errorCode),
    ownerId === undefined ? undefined : eq(promptJobs.ownerId, ownerId),
  );
}

/** In their words, not as parameters: only so does the planner know the partial indexes for its own. */
const isIn = (statuses: readonly JobStatus[]) =>
  sql`prompt_jobs.status in (${sql.raw(statuses.map((status) => `'${status}'`).join(", "))})`;

/** True for an unaliased `prompt_jobs` row in flight. */
export const isActive = isIn(ACTIVE_JOB_STATUSES);

/** True for an unaliased `prompt_jobs` row that a person may restart. */
export const isRestartable = isIn(RESTARTABLE_JOB_STATUSES);
