import { sql } from "drizzle-orm";
import { execute } from "./client";
import type { EntityState } from "./schema";

export type EntityChange = {
  name?: string | undefined;
  category?: string | null | undefined;
  state?: EntityState | undefined;
};

/**
 * Changes what is given. Only its name can be changed of one that counts as another: category and state
 * are the other's. False: there is none, or it is such a one.
 */
export async function updateEntity(id: number, change: EntityChange): Promise<boolean> {
  const { name, category, state } = change;
  const sets = [
    sql`id = id`,
    ...(name === undefined ? [] : [sql`name = ${name}`]),
    ...(category === undefined ? [] : [sql`category = ${category}`]),
    ...(state === undefined ? [] : [sql`state = ${state}`]),
  ];
  const takesAliases = category === undefined && state === undefined;
  const rows = await execute(sql`
    update entities set ${sql.join(sets, sql`, `)}
    where id = ${id}::bigint and (${takesAliases} or merged_into is null)
    returning id`);
  return rows.length > 0;
}

/**
 * From now on `id` counts as `into`. Both must stand for themselves under the locks, which are taken in
 * order of id: so of two merges the other way round one loses, and no chain ever becomes a ring. The
 * lock leaves the foreign keys of answers alone that name either just now. False: lost, or one of them
 * isn't there or is an alias.
 */
export async function mergeEntity(id: number, into: number): Promise<boolean> {
  const rows = await execute(sql`
    with pair as materialized (
      select id, merged_into from entities where id in (${id}::bigint, ${into}::bigint)
      order by id for no key update
    )
    update entities set merged_into = ${into}::bigint
    where id = ${id}::bigint and id <> ${into}::bigint
      and 2 = (select count(*) from pair where merged_into is null)
    returning id`);
  return rows.length > 0;
}

/** It stands for itself again, with all that was merged into it. False: there is no such entity. */
export async function splitEntity(id: number): Promise<boolean> {
  const rows = await execute(
    sql`update entities set merged_into = null where id = ${id}::bigint returning id`,
  );
  return rows.length > 0;
}

/** Adds a name that no answer gave as an alias of `into`. False: its key is there already. */
export async function insertAlias(
  alias: { name: string; key: string },
  into: number,
): Promise<boolean> {
  const rows = await execute(sql`
    insert into entities (key, name, state, merged_into)
    values (${alias.key}, ${alias.name}, 'mapped', ${into}::bigint)
    on conflict (key) do nothing
    returning id`);
  return rows.length > 0;
}
