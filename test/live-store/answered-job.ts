import type { Redis } from "ioredis";
import { environment } from "@/lib/env";
import { processJob } from "@/lib/jobs/process";
import { lane } from "../claims";

export const env = () => environment({ ...process.env, CRON_SECRET: "0123456789abcdef" });

export const LIMITS = { maxJobs: 50, maxJobsPerOwner: 25 };

/** A job that a model answered, alone in Redis: one in thirty simulated calls fails. */
export async function answeredJob(
  redis: Redis,
  before: (jobId: number) => Promise<void> = async () => undefined,
) {
  for (;;) {
    const made = await lane(1);
    await before(made.first);
    if ((await processJob(made.first, env())).outcome === "succeeded") return made;
    await redis.flushall();
  }
}
