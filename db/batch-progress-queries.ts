import { sql } from "drizzle-orm";
import type { BatchRef } from "./batch-queries";
import { execute } from "./client";
import type { WaitingFor } from "./job-status";
import type { Limits } from "./job-transitions/take";
import { selectWaiting } from "./queue-queries";
import type { Provider } from "./schema";

/** What the queued jobs of one model wait for, and what is known of when that ends. */
export type WaitingGroup = {
  waitingFor: WaitingFor;
  model: { id: number; name: string; provider: Provider; maxConcurrency: number | null };
  /** When the provider that asked to slow down may be called again; null: it didn't, or that is over. */
  rateLimitedUntil: Date | null;
};

/**
 * What a batch's queued jobs wait for, by reason and model, and when the first of its retries is due;
 * of one owner or (null) of everybody.
 */
export async function readWaitingGroups(
  { batchKey, ownerId }: BatchRef,
  limits: Limits,
): Promise<{ groups: WaitingGroup[]; nextRetryAt: Date | null }> {
  const isMeant = sql`(prompt_jobs.batch_key = ${batchKey}
    and (${ownerId}::text is null or prompt_jobs.owner_id = ${ownerId}))`;
  const [row] = await execute<{
    groups: {
      waitingFor: WaitingFor;
      model: WaitingGroup["model"];
      rateLimitedUntil: string | null;
    }[];
    next_retry_at: string | null;
  }>(sql`
    with reason as (
      select distinct waiting_for, model_id from (${selectWaiting(limits, isMeant)}) waiting
      where waiting_for is not null
    )
    select
      (select coalesce(json_agg(json_build_object('waitingFor', waiting_for,
        'model', json_build_object('id', m.id, 'name', m.name, 'provider', m.provider,
          'maxConcurrency', m.max_concurrency),
        'rateLimitedUntil', case when m.rate_limited_until > now() then m.rate_limited_until end)
        order by m.id), '[]') from reason join models m on m.id = reason.model_id) as groups,
      (select min(scheduled_for) from prompt_jobs
        where status = 'queued' and scheduled_for > now() and claim_count > 0 and ${isMeant}
      ) as next_retry_at`);
  return {
    groups: (row?.groups ?? []).map((group) => ({
      ...group,
      rateLimitedUntil: group.rateLimitedUntil === null ? null : new Date(group.rateLimitedUntil),
    })),
    nextRetryAt: row?.next_retry_at ? new Date(row.next_retry_at) : null,
  };
}

/** How many of a batch's jobs finished in the last five minutes, and when the last one did; null: none has. */
export async function readRecentPace({ batchKey, ownerId }: BatchRef): Promise<{
  now: Date;
  finishedLately: number;
  lastFinishedAt: Date | null;
}> {
  const [row] = await execute<{ now: string; lately: number; last: string | null }>(sql`
    select now() as now, max(finished_at) as last,
      count(*) filter (where finished_at > now() - interval '5 minutes') as lately
    from prompt_jobs where batch_key = ${batchKey}
      and (${ownerId}::text is null or owner_id = ${ownerId})`);
  return {
    now: row ? new Date(row.now) : new Date(),
    finishedLately: row?.lately ?? 0,
    lastFinishedAt: row?.last ? new Date(row.last) : null,
  };
}
