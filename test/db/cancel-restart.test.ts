import { sql } from "drizzle-orm";
import { beforeEach, expect, test } from "vitest";
import { execute } from "@/db/client";
import { cancelJob, cancelJobs, type Moved } from "@/db/job-transitions/cancel";
import { restartJob, restartJobs } from "@/db/job-transitions/restart";
import { forgetJobs, lane } from "../claims";
import { readJob } from "../factories";
import { ownDatabase } from "../own-database";

ownDatabase();
beforeEach(forgetJobs);

test("a filter that names nothing moves nothing, where a list of jobs would show all", async () => {
  const { ids } = await lane(2);
  const [queued = 0, cancelled = 0] = ids;
  await cancelJob(cancelled);
  for (const filter of [{}, { jobIds: undefined, status: undefined }]) {
    expect(await cancelJobs(filter)).toEqual({ matched: 0, changedIds: [] });
    expect(await restartJobs(filter, 3)).toEqual({ matched: 0, changedIds: [] });
  }
  expect((await readJob(queued)).status).toBe("queued");
  expect((await readJob(cancelled)).status).toBe("cancelled");
});

test("a job in flight is no conflict with its twin: it can't be restarted anyway", async () => {
  const { first } = await lane(2);
  await execute(sql`update prompt_jobs set reference = 'r'`);
  expect(await restartJob(first, 3)).toBeNull();
});

test("the guard of the update by id alone: 10,000 in states that the statistics don't know move in time", async () => {
  const { modelId, ids } = await lane(10_000);
  // Taken while all are queued, then while none is: comparing each with each takes over 10 s.
  await execute(sql`analyze prompt_jobs`);
  const expectAll = ({ matched, changedIds }: Moved) => {
    expect(matched).toBe(10_000);
    expect(changedIds.toSorted((a, b) => a - b)).toEqual(ids);
  };
  expectAll(await cancelJobs({ modelId }));
  expectAll(await restartJobs({ modelId }, 3));
  await cancelJobs({ modelId });
  await execute(sql`analyze prompt_jobs`);
  expectAll(await restartJobs({ modelId }, 3));
  expectAll(await cancelJobs({ modelId }));
});
