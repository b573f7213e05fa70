import { sql } from "drizzle-orm";

/**
 * The steps, after `named` (with a key and a name), up to `entity_of`: the id of each key's entity, made
 * where there is none.
 *
 * An entity that another statement is making right now isn't in this one's snapshot: only then the
 * conflict's update runs, to give us its id. In order of key, and of a column that no foreign key looks
 * at, so that no two deadlock.
 */
export const entitiesOfNamed = sql`
  known as (
    select e.id, e.key from entities e where e.key in (select key from named)
  ), made_entity as (
    insert into entities (key, name)
    select distinct on (key) key, name from named
    where key not in (select key from known) order by key
    on conflict (key) do update set name = entities.name
    returning id, key
  ), entity_of as (
    select key, id from known union all select key, id from made_entity
  )`;
