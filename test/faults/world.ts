import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { execute } from "@/db/client";
import type { JobStatus } from "@/db/job-status";
import type { Claim } from "@/db/job-transitions/claim";
import { forgetJobs } from "../claims";
import { makeModel, makePrompt } from "../factories";

/** What the table says of a job, without the hint dispatched_at and without its times. */
export type Seen = {
  id: number;
  status: JobStatus;
  version: number;
  attempts: number;
  claims: number;
  token: string | null;
};

/** What the commands share: the claims ever made (also stale ones) and the window of the cron. */
export type World = {
  claims: Claim[];
  /** Hours since the first window. */
  window: number;
  enqueued: Set<number>;
  /** By a claim's token, how its attempt is listed where it said so itself. */
  said: Map<string, string>;
  /** As the last command left them. */
  jobs: Map<number, Seen>;
};

/** Small, so that every limit is met. */
export const LIMITS = { leaseSeconds: 300, maxJobs: 2, maxJobsPerOwner: 1 };
export const MAX_ATTEMPTS = 2;
/** Two models × two runs of one prompt and one of another. */
export const JOBS_OF_A_WINDOW = 6;
const MODEL_LIMITS = [{ maxConcurrency: 1 }, { requestsPerMinute: 3 }];

/** Two prompts, one of them owned, each for two models with a limit of their own, one of two runs. */
export async function makeScene(): Promise<void> {
  const models = await Promise.all([
    makeModel({ ...MODEL_LIMITS[0], provider: "openai" }),
    makeModel({ ...MODEL_LIMITS[1] }),
  ]);
  const ids = models.map(({ id }) => id);
  await makePrompt(ids, { frequency: "hourly", runs: 2 });
  await makePrompt(ids, { frequency: "hourly", ownerId: "ann" });
}

/** The same scene without jobs, and as if no window had come yet. */
export async function freshWorld(): Promise<World> {
  await forgetJobs();
  await execute(sql`with calm as (update models set rate_limited_until = null)
    update prompts set last_window = null`);
  return { claims: [], window: 0, enqueued: new Set(), said: new Map(), jobs: new Map() };
}

export const instantOf = ({ window }: World) => new Date(Date.UTC(2025, 9, 14, window));

/** The job or claim that a command means by a number; undefined where there is none. */
function pick<T>(from: readonly T[], nth: number): T | undefined {
  return from.length === 0 ? undefined : from[nth % from.length];
}

export const jobAt = (world: World, nth: number) => pick([...world.jobs.keys()], nth);

/** Claims are counted from the newest, so that most picks are live and some are stale. */
export const claimAt = (world: World, nth: number) => pick(world.claims.toReversed(), nth);

export function startClaim(world: World, jobId: number): Claim {
  const claim = { jobId, claimToken: randomUUID() };
  world.claims.push(claim);
  return claim;
}

/** Lets time pass for everything that has a time. */
export async function passTime(seconds: number): Promise<void> {
  const past = sql`make_interval(secs => ${seconds}::int)`;
  await execute(sql`
    with models as (update models set rate_limited_until = rate_limited_until - ${past}),
    claims as (update model_claims set claimed_at = claimed_at - ${past}),
    paused as (update pauses set since = since - ${past}, next_probe_at = next_probe_at - ${past})
    update prompt_jobs set lease_expires_at = lease_expires_at - ${past},
      scheduled_for = scheduled_for - ${past}, started_at = started_at - ${past},
      dispatched_at = dispatched_at - ${past}, finished_at = finished_at - ${past},
      created_at = created_at - ${past}`);
}

/** Every job as it stands, and every broken promise as a sentence: one look at all rows. */
export async function look(): Promise<{ jobs: Map<number, Seen>; broken: string[] }> {
  const [row] = await execute<{ jobs: Seen[]; broken: string[] }>(sql`
    with broken as (
      select 'job ' || job_id || ' has ' || count(*) || ' responses' as promise
      from responses group by job_id having count(*) > 1
      union all
      select 'the response of job ' || r.job_id || ' is not of its last attempt, a success'
      from responses r left join prompt_jobs j on j.id = r.job_id
      left join job_attempts a on a.job_id = r.job_id and a.claim_token = r.claim_token
        and a.attempt = r.attempt
      where a.outcome is distinct from 'succeeded' or j.status <> 'succeeded'
        or exists (select from job_attempts b where b.job_id = r.job_id and b.attempt > r.attempt)
      union all
      select 'job ' || id || ' succeeded without a response' from prompt_jobs j
      where status = 'succeeded' and not exists (select from responses r where r.job_id = j.id)
      union all
      select 'job ' || id || ' used ' || attempt_count || ' attempts of ' || max_attempts
      from prompt_jobs where attempt_count > max_attempts or attempt_count < 0
      union all
      -- With the primary key this leaves one row for each claim that ended, and none for others.
      select 'job ' || j.id || ' lists ' || count(a.attempt) || ' attempts of ' || j.claim_count
      from prompt_jobs j left join job_attempts a on a.job_id = j.id
      group by j.id
      having count(a.attempt) <> j.claim_count - (j.status = 'processing')::int
        or max(a.attempt) > j.claim_count
      union all
      select 'a key is there ' || count(*) || ' times' from prompt_jobs
      group by prompt_id, model_id, run_index, batch_key having count(*) > 1
      union all
      select 'passed the limit of all' from prompt_jobs where status = 'processing'
      having count(*) > ${LIMITS.maxJobs}::int
      union all
      select 'passed the limit of ' || owner_id from prompt_jobs
      where status = 'processing' and owner_id is not null
      group by owner_id having count(*) > ${LIMITS.maxJobsPerOwner}::int
      union all
      select 'passed the limit of model ' || m.id from models m
      where m.max_concurrency < (select count(*) from prompt_jobs j
          where j.model_id = m.id and j.status = 'processing')
        or m.requests_per_minute < (select count(*) from model_claims c
          where c.model_id = m.id and c.claimed_at > now() - interval '60 seconds')
    )
    select (select coalesce(json_agg(promise), '[]') from broken) as broken,
      coalesce(json_agg(json_build_object('id', id, 'status', status, 'version', version,
        'attempts', attempt_count, 'claims', claim_count, 'token', claim_token) order by id), '[]') as jobs
    from prompt_jobs`);
  const jobs = new Map((row?.jobs ?? []).map((job) => [job.id, job]));
  return { jobs, broken: row?.broken ?? [] };
}
