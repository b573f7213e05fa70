import { sql } from "drizzle-orm";
import { type Asked, isAsked, within } from "./answer-segments";
import { execute, toRow } from "./client";
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
    with page as (
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
    ), listed as (
      select re.response_id, json_agg(json_build_object('id', root.id, 'name', root.name,
        'rank', re.rank, 'writtenAs', re.name, 'ignored', root.state = 'ignored') order by re.rank)
        as entities
      from page join response_entities re on re.response_id = page.id
      join entity_roots roots on roots.entity_id = re.entity_id
      join entities root on root.id = roots.root_id
      group by re.response_id
    )
    select to_jsonb(page) as response, coalesce(listed.entities, '[]') as entities
    from page left join listed on listed.response_id = page.id
    order by page.answered_at desc, page.id desc`);
  return rows.map(({ response, entities }) => ({ ...toRow(responses, response), entities }));
}
