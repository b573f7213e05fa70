import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { expect, vi } from "vitest";
import { execute } from "@/db/client";
import type { JobStatus } from "@/db/job-status";
import { makeJob } from "../factories";

/** Until no job is queued or runs: what a test leaves under way, the next one's provider would see. */
export async function untilIdle(): Promise<void> {
  await vi.waitFor(
    async () => {
      const active = await execute(
        sql`select from prompt_jobs where status in ('queued', 'processing')`,
      );
      expect(active).toEqual([]);
    },
    { timeout: 15_000, interval: 50 },
  );
}

type Fields = Partial<Parameters<typeof makeJob>[0]>;

/** What a row holds in each state besides its status, as the table's CHECKs want it. */
function coherent(status: JobStatus): Fields {
  const [startedAt, finishedAt] = [new Date(Date.now() - 60_000), new Date(Date.now() - 57_500)];
  const claimed = { startedAt, attemptCount: 1, claimCount: 1 };
  switch (status) {
    case "queued":
      return {};
    case "processing":
      return {
        ...claimed,
        claimToken: randomUUID(),
        leaseExpiresAt: new Date(Date.now() + 3_600_000),
      };
    case "succeeded":
      return { ...claimed, finishedAt };
    case "failed":
      return { ...claimed, finishedAt, errorCode: "timeout", errorMessage: "It took too long" };
    case "skipped":
      return { finishedAt, errorCode: "superseded", errorMessage: "A newer window took its place" };
    case "cancelled":
      return { finishedAt, errorCode: "cancelled", errorMessage: "Stopped by a person" };
  }
}

/** A job in the given state. */
export function jobIn(
  status: JobStatus,
  of: { promptId: number; modelId: number },
  fields: Fields = {},
) {
  return makeJob({ ...of, status, ...coherent(status), ...fields });
}
