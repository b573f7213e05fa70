import { sql } from "drizzle-orm";
import { execute } from "../client";
import { entitiesOfNamed } from "./named-entities";

/** What a stored reply says by the present rules. */
export type Reread = {
  responseId: number;
  answer: string;
  /** Best first; keys are unique. */
  entities: readonly { name: string; key: string }[];
};

/**
 * Writes what these answers say now, and to their jobs, where they still exist, the first name. What says
 * the same as before keeps everything but its parser's version. Returns how many changed.
 */
export async function recordReread(
  answers: readonly Reread[],
  parserVersion: number,
): Promise<number> {
  // Names are written over by rank, since a rank can't be both deleted and
  // inserted by one statement; only what lies behind the last rank is deleted.
  const [row] = await execute<{ changed: number }>(sql`
    with read as materialized (
      select r.id, r.job_id, r.answer as old_answer, r.entity_id as old_entity_id, a.answer, a.entities
      from jsonb_to_recordset(${JSON.stringify(answers)}::jsonb)
        as a("responseId" bigint, answer text, entities jsonb)
      join responses r on r.id = a."responseId"
    ), named as materialized (
      select read.id as response_id, e.name, e.key, e.n as rank from read
      cross join lateral rows from (jsonb_to_recordset(entities) as (name text, key text))
        with ordinality as e(name, key, n)
    ), ${entitiesOfNamed}, entity as materialized (
      select named.response_id, named.rank::smallint, named.name, entity_of.id
      from named join entity_of using (key)
    ), dropped as (
      delete from response_entities re using read
      where re.response_id = read.id and re.rank > jsonb_array_length(read.entities)
      returning re.response_id
    ), ranked as (
      insert into response_entities (response_id, rank, entity_id, name)
      select response_id, rank, id, name from entity order by response_id, rank
      on conflict (response_id, rank) do update set entity_id = excluded.entity_id, name = excluded.name
      where (response_entities.entity_id, response_entities.name)
        is distinct from (excluded.entity_id, excluded.name)
      returning response_id
    ), reread as (
      select read.*, first.id as entity_id
      from read left join entity first on first.response_id = read.id and first.rank = 1
    ), written as (
      update responses r set answer = reread.answer, entity_id = reread.entity_id,
        outcome = case when reread.entity_id is null then 'none' else 'named' end,
        parser_version = ${parserVersion}::int
      from reread
      where r.id = reread.id and (r.answer, r.entity_id, r.parser_version)
        is distinct from (reread.answer, reread.entity_id, ${parserVersion}::int)
    ), job as (
      update prompt_jobs j set entity_id = reread.entity_id, version = j.version + 1
      from reread
      where j.id = reread.job_id and j.status = 'succeeded'
        and j.entity_id is distinct from reread.entity_id
      returning j.id
    )
    select count(*) as changed from reread
    where (old_answer, old_entity_id) is distinct from (answer, entity_id)
      or id in (select response_id from dropped union all select response_id from ranked)
      or job_id in (select id from job)`);
  return row?.changed ?? 0;
}
