import { findJobSurroundings, type JobSurroundings } from "@/db/job-page-queries";
import { findJobDetail, type JobDetail } from "@/db/job-queries";
import { type Sight, sees } from "@/lib/auth/caller";
import type { Environment } from "@/lib/env";
import { limitsOf } from "./limits";

/** All that a job's page shows, from Postgres. Null: there is none, or the viewer mayn't see it. */
export async function readJobPage(
  jobId: number,
  sight: Sight,
  env: Environment,
): Promise<{ job: JobDetail; surroundings: JobSurroundings } | null> {
  const [job, surroundings] = await Promise.all([
    findJobDetail(jobId, limitsOf(env)),
    findJobSurroundings(jobId),
  ]);
  if (!job || !surroundings || !sees(sight, job.ownerId)) return null;
  return { job, surroundings };
}
