import { sql } from "drizzle-orm";
import { arrayLiteral, execute } from "./client";
import type { EntityState } from "./schema";

/**
 * How many names stand for themselves, by state: all there are, or those that answers to one owner's
 * prompts give, by an alias too.
 */
export async function countEntities(
  ownerId: string | undefined,
): Promise<Record<EntityState, number>> {
  const rows = await execute<{ state: EntityState; names: number }>(
    ownerId === undefined
      ? sql`select state, count(*)::int as names from entities where merged_into is null group by 1`
      : sql`
        with recursive up as (
          select e.id, e.merged_into from entities e where e.id in (
            select re.entity_id from prompts p join responses r on r.prompt_id = p.id
            join response_entities re on re.response_id = r.id where p.owner_id = ${ownerId})
          union
          select above.id, above.merged_into
          from up join entities above on above.id = up.merged_into
        )
        select state, count(*)::int as names from entities
        where id in (select id from up where merged_into is null) group by 1`,
  );
  const of = (state: EntityState) => rows.find((row) => row.state === state)?.names ?? 0;
  return { unmapped: of("unmapped"), mapped: of("mapped"), ignored: of("ignored") };
}

/** How many answers of the last 28 days give each of these names, by its aliases too; without those that none gives. */
export async function countRecentAnswers(
  entityIds: readonly number[],
  ownerId: string | undefined,
): Promise<ReadonlyMap<number, number>> {
  const rows = await execute<{ id: number; answers: number }>(sql`
    with recursive member as (
      select id as page_id, id from entities where id = any(${arrayLiteral(entityIds)}::bigint[])
      union all
      select m.page_id, e.id from member m join entities e on e.merged_into = m.id
    )
    select m.page_id as id, count(distinct r.id)::int as answers
    from member m
    join response_entities re on re.entity_id = m.id
    join responses r on r.id = re.response_id
    where r.answered_at >= now() - interval '28 days'
      and (${ownerId ?? null}::text is null or r.prompt_id in (
        select id from prompts where owner_id = ${ownerId ?? null}::text))
    group by 1`);
  return new Map(rows.map(({ id, answers }) => [id, answers]));
}
