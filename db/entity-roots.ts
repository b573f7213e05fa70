import { type SQL, sql } from "drizzle-orm";

/**
 * The `with recursive` steps up to `root`, of a query of entity ids (its column entity_id): as what each
 * counts, which is what it is merged into in the end. Columns: entity_id, root_id, the root's name and
 * whether it is ignored, and whether another one of these ids counts as the same (`shared`).
 *
 * That is what the view entity_roots says, climbed from the names at hand: the view goes through all
 * there are, and costs enough by its estimate for Postgres to compile the query (jit_above_cost), which
 * takes longer than to run it.
 */
export const rootsOf = (entityIds: SQL): SQL => sql`
  climb as (
    select distinct entity_id, entity_id as at from (${entityIds}) given
    union
    select climb.entity_id, e.merged_into from climb join entities e on e.id = climb.at
    where e.merged_into is not null
  ), root as materialized (
    select climb.entity_id, e.id as root_id, e.name, e.state = 'ignored' as ignored,
      count(*) over (partition by e.id) > 1 as shared
    from climb join entities e on e.id = climb.at where e.merged_into is null
  )`;
