import { sql } from "drizzle-orm";
import { arrayLiteral, execute } from "../client";
import { canProbe, pauseHoldsModel } from "../pause-rules";

/** How long jobs that were sent out but never claimed are left alone before they are sent again. */
const DISPATCH_AGAIN_SECONDS = 30;

/** How many jobs may be in `processing` at once, for all and for one owner. */
export type Limits = { maxJobs: number; maxJobsPerOwner: number };

/**
 * The queues that no pause holds back, one for each model and owner with queued jobs, by a skip scan
 * of prompt_jobs_queued: its cost is the number of lanes, not of jobs. To follow `with recursive`.
 */
const openLanes = sql`lane as (
    (select model_id, coalesce(owner_id, '') as owner from prompt_jobs
     where status = 'queued' order by model_id, coalesce(owner_id, '') limit 1)
    union all
    select next.model_id, next.owner from lane cross join lateral (
      select j.model_id, coalesce(j.owner_id, '') as owner from prompt_jobs j
      where j.status = 'queued'
        and (j.model_id, coalesce(j.owner_id, '')) > (lane.model_id, lane.owner)
      order by j.model_id, coalesce(j.owner_id, '') limit 1) next
  ), open_lane as (
    select lane.model_id, lane.owner, m.max_concurrency, m.requests_per_minute, m.rate_limited_until
    from lane join models m on m.id = lane.model_id
    where not exists (select from pauses pause where ${pauseHoldsModel})
  )`;

/** True where a job that no pause and no rate limit holds back longer is due before `withinMs` from now. */
export async function hasJobsDueWithin(withinMs: number): Promise<boolean> {
  const then = sql`now() + ${withinMs}::double precision * interval '1 millisecond'`;
  const rows = await execute(sql`
    with recursive ${openLanes}
    select from open_lane lane cross join lateral (
      select from prompt_jobs j
      where j.status = 'queued' and j.model_id = lane.model_id
        and coalesce(j.owner_id, '') = lane.owner
        and j.scheduled_for <= ${then}
      limit 1) due
    where lane.rate_limited_until is null or lane.rate_limited_until <= ${then}
    limit 1`);
  return rows.length > 0;
}

/** True where `j` wasn't sent out a moment ago. */
const canBeSent = sql`(
  j.dispatched_at is null
  or j.dispatched_at < now() - make_interval(secs => ${DISPATCH_AGAIN_SECONDS}::int))`;

/**
 * Takes up to `count` due jobs to send out, and marks them so that no other loop takes them for
 * `DISPATCH_AGAIN_SECONDS`. Fair: the heads of each model's and owner's queue in turn, more urgent
 * ones first, no more of each than it has free places. A hint only: the claim decides.
 */
export async function takeDueJobs(count: number, limits: Limits): Promise<number[]> {
  // Jobs sent out and not yet claimed stand at the heads of their lanes, and so use up its places.
  const rows = await execute<{ id: number }>(sql`
    with recursive ${openLanes}, in_use as (
      select model_id, coalesce(owner_id, '') as owner, count(*) as jobs
      from prompt_jobs where status = 'processing' group by 1, 2
    ), free as (
      select lane.model_id, lane.owner,
        ${limits.maxJobs}::bigint - (select coalesce(sum(jobs), 0) from in_use) as of_all,
        least(
          lane.max_concurrency
            - (select coalesce(sum(jobs), 0) from in_use where in_use.model_id = lane.model_id),
          lane.requests_per_minute - (select count(*) from model_claims c
            where c.model_id = lane.model_id and c.claimed_at > now() - interval '60 seconds')
        ) as of_model,
        case when lane.owner <> '' then ${limits.maxJobsPerOwner}::bigint
          - (select coalesce(sum(jobs), 0) from in_use where in_use.owner = lane.owner) end as of_owner
      from open_lane lane
      where lane.rate_limited_until is null or lane.rate_limited_until <= now()
    ), head as (
      select h.*, free.model_id, free.owner, free.of_all, free.of_model, free.of_owner
      from free cross join lateral (
        select j.id, j.priority, j.dispatched_at,
          row_number() over (order by j.priority desc, j.scheduled_for, j.id) as place
        from prompt_jobs j
        where j.status = 'queued' and j.scheduled_for <= now()
          and j.model_id = free.model_id and coalesce(j.owner_id, '') = free.owner
        order by j.priority desc, j.scheduled_for, j.id
        limit greatest(0, least(free.of_all, free.of_model, free.of_owner))) h
    ), ranked as (
      select head.*,
        row_number() over (order by priority desc, place, id) as place_of_all,
        row_number() over (partition by model_id order by priority desc, place, id) as place_of_model,
        row_number() over (partition by owner order by priority desc, place, id) as place_of_owner
      from head
    ), probe as (
      select j.id from pauses circuit join prompt_jobs j on j.id = circuit.probe_job_id
      join models m on m.id = j.model_id join prompts p on p.id = j.prompt_id
      where ${canProbe} and ${canBeSent}
      limit ${count}::int
    ), chosen as (
      select id from ranked j
      where place_of_all <= of_all and (of_model is null or place_of_model <= of_model)
        and (of_owner is null or place_of_owner <= of_owner)
        and ${canBeSent}
      order by place_of_all
      limit ${count}::int - (select count(*) from probe)
    )
    update prompt_jobs set dispatched_at = now() where id in (
      select j.id from prompt_jobs j
      where j.id in (select id from chosen union all select id from probe) and j.status = 'queued'
        and ${canBeSent}
      for no key update skip locked)
    returning id`);
  return rows.map((row) => row.id);
}

/** Gives taken jobs back at once, for any loop to take: they must wait after all. */
export async function untakeJobs(jobIds: readonly number[]): Promise<void> {
  await execute(sql`
    update prompt_jobs set dispatched_at = null
    where id = any(${arrayLiteral(jobIds)}::bigint[]) and status = 'queued'`);
}
