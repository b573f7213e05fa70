import { sql } from "drizzle-orm";
import { type Asked, isAsked, within } from "./answer-segments";
import { execute, toRow } from "./client";
import { rootsOf } from "./entity-roots";
import { responses } from "./schema";

export type ResponseView = Omit<typeof responses.$inferSelect, "ownerId" | "claimToken"> & {
  /** Best first: as what each name counts, and as the answer has it. */
  entities: { id: number; name: string; rank: number; writtenAs: string; ignored: boolean }[];
};

/**
 * A page of the answers, newest first, `before` the id of one of them; a null in `days` is no bound.
 * An id that is none of the prompt's gives an empty page.
 */
export async function listResponses(
  asked: Asked,
  days: { from: string | null; to: string | null },
  page: { limit: number; before: number | null },
): Promise<ResponseView[]> {
  const rows = await execute<{ response: object; entities: ResponseView["entities"] }>(sql`
    with recursive page as (
      select * from responses
      where ${isAsked(asked)}
        and ${within(sql`answered_at`, { from: days.from ?? "-infinity", to: days.to ?? "infinity" })}
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
