import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { execute } from "@/db/client";
import { entityKey } from "@/lib/answers/entity-key";
import { PARSER_VERSION } from "@/lib/answers/parse";

let jobs = 1_000_000;

/** A stored answer to the prompt that gives these names, best first; its job was pruned long ago. */
export async function answerNaming(
  promptId: number,
  names: readonly string[],
  options: { answeredAt?: Date; parserVersion?: number; rawText?: string } = {},
): Promise<{ responseId: number; entityIds: number[] }> {
  const named = names.map((name, index) => ({ name, key: entityKey(name), rank: index + 1 }));
  const { answeredAt = new Date(), parserVersion = PARSER_VERSION } = options;
  const rawText = options.rawText ?? JSON.stringify({ answer: "These.", entities: names });
  await execute(sql`
    insert into entities (key, name)
    select key, name from jsonb_to_recordset(${JSON.stringify(named)}::jsonb) as n(key text, name text)
    on conflict (key) do nothing`);
  const [row] = await execute<{ id: number; entity_ids: number[] }>(sql`
    with named as (
      select n.rank, n.name, e.id from jsonb_to_recordset(${JSON.stringify(named)}::jsonb)
        as n(key text, name text, rank smallint) join entities e using (key)
    ), response as (
      insert into responses (job_id, prompt_id, model_id, owner_id, batch_key, run_index, attempt,
        claim_token, prompt_version, instructions_version, parser_version, outcome, raw_text, answer,
        entity_id, settings, latency_ms, answered_at)
      select ${++jobs}::bigint, id, 1, owner_id, 'past', 0, 1,
        ${randomUUID()}::uuid, 1, 1, ${parserVersion}::int, ${names.length > 0 ? "named" : "none"},
        ${rawText}, 'These.', (select id from named where rank = 1), '{}', 1,
        ${answeredAt.toISOString()}::timestamptz
      from prompts where id = ${promptId}::bigint
      returning id
    ), ranked as (
      insert into response_entities (response_id, rank, entity_id, name)
      select response.id, named.rank, named.id, named.name from response cross join named
    )
    select id, (select coalesce(json_agg(id order by rank), '[]') from named) as entity_ids from response`);
  if (!row) throw new Error(`no prompt ${promptId}`);
  return { responseId: row.id, entityIds: row.entity_ids };
}
