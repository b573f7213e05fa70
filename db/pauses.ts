import { sql } from "drizzle-orm";
import { execute, toRow } from "./client";
import { canProbe } from "./pause-rules";
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
 * Chooses for each open circuit the next job to let through, unless its last probe is on its way or
 * still can be: of two sweeps at once, one chooses. What is also paused by hand is not probed.
 */
export async function chooseProbes(nextProbeSeconds: number): Promise<void> {
  await execute(sql`
    update pauses circuit set
      next_probe_at = now() + make_interval(secs => ${nextProbeSeconds}::int),
      probe_job_id = (
        select head.id from models m
        cross join lateral (
          select j.id, j.priority from prompt_jobs j join prompts p on p.id = j.prompt_id
          where j.model_id = m.id and ${canProbe}
          order by j.priority desc, j.id limit 1) head
        where m.provider = circuit.provider
        order by head.priority desc, head.id limit 1)
    where not circuit.manual and not exists (
      select from prompt_jobs j join models m on m.id = j.model_id join prompts p on p.id = j.prompt_id
      where j.id = circuit.probe_job_id and (j.status = 'processing' or ${canProbe}))`);
}
