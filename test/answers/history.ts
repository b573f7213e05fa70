import { sql } from "drizzle-orm";
import { execute } from "@/db/client";
import { entityKey } from "@/lib/answers/entity-key";

/** One stored answer, and what it was an answer to. */
export type StoredAnswer = {
  promptId: number;
  modelId: number;
  /** When, as ISO 8601. */
  at: string;
  /** Best first. */
  names: readonly string[];
  run?: number;
  /** One of its own, unless told otherwise. */
  batchKey?: string;
  ownerId?: string;
  promptVersion?: number;
  instructionsVersion?: number;
  /** Null: the provider didn't say. */
  returnedModel?: string | null;
  /** As JSON. */
  settings?: string;
  answer?: string;
};

let stored = 1_000_000_000;

/** Writes answers of the past with their succeeded jobs, by one statement. Returns the jobs' ids. */
export async function storeAnswers(answers: readonly StoredAnswer[]): Promise<number[]> {
  const rows = answers.map((answer) => ({
    ...{ run: 0, promptVersion: 1, instructionsVersion: 1, returnedModel: "gpt-5-2025" },
    ...{ ownerId: null, settings: "{}", answer: "An answer.", ...answer },
    jobId: ++stored,
    names: answer.names.map((name, index) => ({ name, key: entityKey(name), rank: index + 1 })),
  }));
  const names = rows.flatMap((row) => row.names);
  await execute(sql`
    insert into entities (key, name)
    select distinct on (key) key, name
    from jsonb_to_recordset(${JSON.stringify(names)}::jsonb) as n(key text, name text)
    on conflict (key) do nothing`);
  await execute(sql`
    with given as (
      select g.*, (select e.id from entities e where e.key = g.names -> 0 ->> 'key') as entity_id,
        coalesce(g."batchKey", 'batch-' || g."jobId") as batch
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as g("jobId" bigint, "promptId" bigint,
        "modelId" bigint, run int, "batchKey" text, "ownerId" text, at timestamptz, names jsonb, "promptVersion" int,
        "instructionsVersion" int, "returnedModel" text, settings text, answer text)
    ), job as (
      insert into prompt_jobs (id, prompt_id, model_id, run_index, batch_key, owner_id, status,
        claim_count, attempt_count, created_at, started_at, finished_at, entity_id)
      select "jobId", "promptId", "modelId", run, batch, "ownerId", 'succeeded', 1, 1, at, at, at,
        entity_id
      from given
    ), response as (
      insert into responses (job_id, prompt_id, model_id, owner_id, batch_key, run_index, attempt,
        claim_token, prompt_version, instructions_version, parser_version, outcome, raw_text, answer,
        entity_id, returned_model, settings, latency_ms, answered_at)
      select "jobId", "promptId", "modelId", "ownerId", batch, run, 1, gen_random_uuid(),
        "promptVersion", "instructionsVersion", 1,
        case when entity_id is null then 'none' else 'named' end, '{}', answer, entity_id,
        "returnedModel", settings::jsonb, 900, at
      from given order by "jobId"
      returning id, job_id
    )
    insert into response_entities (response_id, rank, entity_id, name)
    select response.id, n.rank, e.id, n.name
    from response join given on given."jobId" = response.job_id
    cross join jsonb_to_recordset(given.names) as n(name text, key text, rank smallint)
    join entities e on e.key = n.key`);
  return rows.map(({ jobId }) => jobId);
}

/** In: names. Out: their ids in order. */
export async function entityIds(...names: string[]): Promise<number[]> {
  const rows = await execute<{ id: number; key: string }>(sql`select id, key from entities`);
  return names.map((name) => rows.find(({ key }) => key === entityKey(name))?.id ?? 0);
}

/** Makes `alias` count as what `name` counts as, as a merge would. */
export async function mergeName(alias: string, name: string): Promise<void> {
  const [aliasId, nameId] = await entityIds(alias, name);
  await execute(sql`update entities set merged_into = ${nameId} where id = ${aliasId}`);
}

export async function ignoreName(name: string): Promise<void> {
  const [id] = await entityIds(name);
  await execute(sql`update entities set state = 'ignored' where id = ${id}`);
}
