import type { Limits } from "@/db/job-transitions/take";
import type { Environment } from "@/lib/env";

/** How many jobs may be in processing at once: for all, and for one owner. */
export function limitsOf(env: Environment): Limits {
  return { maxJobs: env.MAX_CONCURRENT_JOBS, maxJobsPerOwner: env.MAX_CONCURRENT_JOBS_PER_USER };
}
