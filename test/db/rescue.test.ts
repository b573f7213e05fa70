import { sql } from "drizzle-orm";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { execute } from "@/db/client";
import { failJob } from "@/db/job-transitions/fail";
import { listLostJobs, rescueJobs } from "@/db/job-transitions/rescue";
import { retryJob } from "@/db/job-transitions/retry";
import { succeedJob } from "@/db/job-transitions/succeed";
import { rescueLostJobs } from "@/lib/jobs/rescue";
import { log } from "@/lib/log";
import {
  ANSWER,
  attemptsOf,
  claimed,
  ERROR,
  FACTS,
  forgetJobs,
  lane,
  loseLease,
  responsesOf,
} from "../claims";
import { readJob } from "../factories";
import { ownDatabase } from "../own-database";

ownDatabase();

beforeEach(forgetJobs);

/** Jobs whose workers vanished. */
async function lostJobs(count: number): Promise<number[]> {
  const { ids } = await lane(count);
  await execute(sql`update prompt_jobs set status = 'processing', claim_token = gen_random_uuid(),
    lease_expires_at = now() - interval '1 minute', started_at = now() - interval '6 minutes',
    attempt_count = 1, claim_count = 1, version = 2 where status = 'queued'`);
  return ids;
}

describe("rescue", () => {
  test("queues a lost job again at once, and lists its attempt as perhaps paid", async () => {
    const { first } = await lane(1);
    await claimed(first);
    await loseLease([first]);
    expect(await rescueJobs([first])).toEqual([first]);
    expect(await readJob(first)).toMatchObject({
      status: "queued",
      errorCode: "lost",
      attemptCount: 1,
      version: 3,
      dispatchedAt: null,
      finishedAt: null,
    });
    expect(await attemptsOf(first)).toEqual([
      { attempt: 1, outcome: "lost", error_code: "lost", may_have_been_paid: true },
    ]);
    // Due at once: it waits for nothing.
    await claimed(first);
  });

  test("fails a lost job that has no attempts left, with the code lost", async () => {
    const { first } = await lane(1);
    await execute(sql`update prompt_jobs set max_attempts = 1 where id = ${first}`);
    await claimed(first);
    await loseLease([first]);
    expect(await rescueJobs([first])).toEqual([first]);
    const job = await readJob(first);
    expect(job).toMatchObject({ status: "failed", errorCode: "lost", attemptCount: 1 });
    expect(job.finishedAt).not.toBeNull();
    expect(await attemptsOf(first)).toMatchObject([{ outcome: "lost" }]);
  });

  test("the guard lease_expires_at < now(): a job whose lease still runs is left alone", async () => {
    const { first } = await lane(1);
    await claimed(first);
    expect(await listLostJobs(0, 10)).toEqual([]);
    expect(await rescueJobs([first])).toEqual([]);
    expect(await readJob(first)).toMatchObject({ status: "processing", version: 2 });
  });

  test("the guard status = 'processing': what ended between the look and the rescue is left alone", async () => {
    const { first } = await lane(1);
    const claim = await claimed(first);
    await loseLease([first]);
    const seen = await listLostJobs(0, 10);
    await succeedJob(claim, ANSWER, FACTS);
    expect(await rescueJobs(seen)).toEqual([]);
    expect(await readJob(first)).toMatchObject({ status: "succeeded" });
    expect(await attemptsOf(first)).toHaveLength(1);
  });

  test("the guard of row locks: ten rescues at once take each of 500 jobs back once", async () => {
    const ids = await lostJobs(500);
    const rescued = await Promise.all(Array.from({ length: 10 }, () => rescueLostJobs()));
    expect(rescued.reduce((a, b) => a + b)).toBe(500);
    const [rows] = await execute(sql`
      select count(*) as jobs, min(version) as least, max(version) as most,
        (select count(*) from job_attempts where outcome = 'lost') as attempts
      from prompt_jobs where status = 'queued'`);
    expect(rows).toEqual({ jobs: ids.length, least: 3, most: 3, attempts: 500 });
  });

  test("the guard of paging by id: a thousand rows that can't be rescued don't starve the rest", async () => {
    const bad = await lostJobs(1_000);
    const good = await lostJobs(250);
    const worst = bad.at(-1) ?? 0;
    const error = vi.spyOn(log, "error").mockReturnValue(undefined);
    await execute(
      sql.raw(`create function refuse() returns trigger language plpgsql as $$
      begin raise exception 'this row cannot be rescued'; end $$`),
    );
    await execute(
      sql.raw(`create trigger refuse before update on prompt_jobs for each row
        when (old.id <= ${worst} and old.status = 'processing') execute function refuse()`),
    );
    try {
      expect(await rescueLostJobs()).toBe(good.length);
      expect(error).toHaveBeenCalledTimes(bad.length);
      expect(error.mock.calls[0]?.[0]).toMatchObject({ jobId: bad[0] });
      const [left] = await execute(
        sql`select count(*) as jobs from prompt_jobs where status = 'processing'`,
      );
      expect(left).toEqual({ jobs: bad.length });
    } finally {
      await execute(sql`drop function refuse cascade`);
      error.mockRestore();
    }
    expect(await rescueLostJobs()).toBe(bad.length);
  });

  test("the fence of the claim's token: a rescued worker's late outcome changes nothing", async () => {
    const { first } = await lane(1);
    const late = await claimed(first);
    await loseLease([first]);
    await rescueJobs([first]);
    const sayAll = async () => [
      await succeedJob(late, ANSWER, FACTS),
      await failJob(late, ERROR, FACTS),
      await retryJob(late, ERROR, FACTS, 0),
    ];
    const queued = await readJob(first);
    expect(await sayAll()).toEqual([null, null, null]);
    expect(await readJob(first)).toEqual(queued);

    const next = await claimed(first);
    const processing = await readJob(first);
    expect(await sayAll()).toEqual([null, null, null]);
    expect(await readJob(first)).toEqual(processing);
    expect(await responsesOf(first)).toBe(0);

    expect(await succeedJob(next, ANSWER, FACTS)).toMatchObject({ status: "succeeded" });
    const succeeded = await readJob(first);
    expect(await sayAll()).toEqual([null, null, null]);
    expect(await readJob(first)).toEqual(succeeded);
    expect(await responsesOf(first)).toBe(1);
    expect(await attemptsOf(first)).toMatchObject([
      { attempt: 1, outcome: "lost" },
      { attempt: 2, outcome: "succeeded" },
    ]);
  });

  test("an outcome that comes after the lease, but before the rescue, still counts", async () => {
    const { first } = await lane(1);
    const claim = await claimed(first);
    await loseLease([first]);
    expect(await succeedJob(claim, ANSWER, FACTS)).toMatchObject({ status: "succeeded" });
    expect(await rescueLostJobs()).toBe(0);
    expect(await readJob(first)).toMatchObject({ status: "succeeded" });
  });
});
