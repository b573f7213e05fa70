import { sql } from "drizzle-orm";
import { execute, toRow } from "./client";
import { type Pause, type Provider, pauses } from "./schema";

/** What a pause holds back: one provider, one model, or everything. */
export type PauseScope =
  | { provider: Provider; modelId?: undefined }
  | { modelId: number; provider?: undefined }
  | { provider?: undefined; modelId?: undefined };

/** Everything that is held back now, by hand or by a circuit, oldest first. */
export async function listPauses(): Promise<Pause[]> {
  const rows = await execute<object>(sql`select * from pauses order by since, id`);
  return rows.map((row) => toRow(pauses, row));
}

/** Pauses by hand; doing it again changes nothing. An unknown model violates a foreign key. */
export async function insertPause(scope: PauseScope): Promise<void> {
  await execute(sql`
    insert into pauses (provider, model_id, manual, reason)
    values (${scope.provider ?? null}, ${scope.modelId ?? null}::bigint, true, 'manual')
    on conflict do nothing`);
}

/** Ends a pause of exactly this scope, and a provider's circuit with it; without scope, all of them. */
export async function deletePauses(scope: PauseScope): Promise<void> {
  const everything = scope.provider === undefined && scope.modelId === undefined;
  await execute(sql`
    delete from pauses where ${everything}
      or provider = ${scope.provider ?? null} or model_id = ${scope.modelId ?? null}::bigint`);
}

/**
 * Chooses for each open circuit the next job to let through, unless its last probe is still on its
 * way: of two sweeps at once, one chooses. What is also paused by hand is not probed.
 */
export async function chooseProbes(nextProbeSeconds: number): Promise<void> {
  await execute(sql`
    update pauses circuit set
      next_probe_at = now() + make_interval(secs => ${nextProbeSeconds}::int),
      probe_job_id = (
        select j.id from models m
        cross join lateral (
          select j.id, j.priority from prompt_jobs j
          where j.status = 'queued' and j.model_id = m.id and j.scheduled_for <= now()
          order by j.priority desc, j.id limit 1) j
        where m.provider = circuit.provider and m.active
          and (m.rate_limited_until is null or m.rate_limited_until <= now())
          and not exists (
            select from pauses p where p.manual
              and (p.provider is null and p.model_id is null or p.provider = m.provider or p.model_id = m.id))
        order by j.priority desc, j.id limit 1)
    where not circuit.manual and not exists (
      select from prompt_jobs j
      where j.id = circuit.probe_job_id and j.status in ('queued', 'processing'))`);
}
