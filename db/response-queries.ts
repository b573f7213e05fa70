import { type SQL, sql } from "drizzle-orm";
import { type Asked, isAsked, within } from "./answer-segments";
import { execute, toRow } from "./client";
import { rootsOf } from "./entity-roots";
import { type ResponseOutcome, responses } from "./schema";

export type ResponseView = Omit<typeof responses.$inferSelect, "ownerId" | "claimToken"> & {
  /** Best first: as what each name counts, and as the answer has it. */
  entities: { id: number; name: string; rank: number; writtenAs: string; ignored: boolean }[];
};

/** Which answers; what isn't given doesn't matter. */
export type ResponseFilter = {
  /** Those that name it, under whatever name counts as it. */
  entityId?: number;
  outcome?: ResponseOutcome;
  /** Those of a model and batch whose runs don't all name the same first (or all nothing). */
  runsDiffer?: boolean;
};

type Days = { from: string | null; to: string | null };

const answeredWithin = (days: Days) =>
  within(sql`answered_at`, { from: days.from ?? "-infinity", to: days.to ?? "infinity" });

/**
 * A page of the answers, newest first, `before` the id of one of them; a null in `days` is no bound.
 * An id that is none of the prompt's gives an empty page.
 */
export async function listResponses(
  asked: Asked,
  days: Days,
  page: { limit: number; before: number | null },
  only: ResponseFilter = {},
): Promise<ResponseView[]> {
  const rows = await execute<{ response: object; entities: ResponseView["entities"] }>(sql`
    with recursive page as (
      select * from responses
      where ${isAsked(asked)} and ${answeredWithin(days)} and ${isAmong(only, asked, days)}
        and ${
          page.before === null
            ? sql`true`
            : sql`(answered_at, id) < (select answered_at, id from responses
                where id = ${page.before}::bigint and prompt_id = ${asked.promptId}::bigint)`
        }
      order by answered_at desc, id desc limit ${page.limit}::int
    ), mention as (
      select re.* from page join response_entities re on re.response_id = page.id
    ), ${rootsOf(sql`select entity_id from mention`)}, listed as (
      select response_id, json_agg(json_build_object('id', root.root_id, 'name', root.name,
        'rank', rank, 'writtenAs', mention.name, 'ignored', root.ignored) order by rank) as entities
      from mention join root using (entity_id) group by response_id
    )
    select to_jsonb(page) as response, coalesce(listed.entities, '[]') as entities
    from page left join listed on listed.response_id = page.id
    order by page.answered_at desc, page.id desc`);
  return rows.map(({ response, entities }) => ({ ...toRow(responses, response), entities }));
}

/** For the table responses. */
function isAmong({ entityId, outcome, runsDiffer }: ResponseFilter, asked: Asked, days: Days): SQL {
  const conditions = [
    entityId === undefined ? null : sql`exists (${namings(entityId)})`,
    outcome === undefined ? null : sql`outcome = ${outcome}`,
    runsDiffer ? sql`(model_id, batch_key) in (${differingSets(asked, days)})` : null,
  ].filter((condition) => condition !== null);
  return sql.join([sql`true`, ...conditions], sql` and `);
}

/** Where a row of responses names an entity, or what counts as it. */
const namings = (entityId: number) => sql`
  with recursive wanted as (
    select ${entityId}::bigint as id
    union select e.id from wanted join entities e on e.merged_into = wanted.id
  )
  select from response_entities re join wanted on wanted.id = re.entity_id
  where re.response_id = responses.id`;

/** The models and batches whose runs don't all name the same first. */
const differingSets = (asked: Asked, days: Days) => sql`
  with recursive answered as (
    select id, model_id, batch_key from responses where ${isAsked(asked)} and ${answeredWithin(days)}
  ), said as (
    select re.* from answered join response_entities re on re.response_id = answered.id
  ), ${rootsOf(sql`select entity_id from said`)}, first_said as (
    select distinct on (response_id) response_id, root_id from said join root using (entity_id)
    where not ignored order by response_id, rank
  )
  select model_id, batch_key from answered left join first_said on response_id = answered.id
  group by model_id, batch_key having count(distinct coalesce(root_id, 0)) > 1`;
