import { type SQL, sql } from "drizzle-orm";
import { execute } from "./client";
import type { EntityState } from "./schema";

type NamedEntity = { id: number; name: string };

/** A name with its aliases, and how often all of them together were given. */
export type EntityView = NamedEntity & {
  category: string | null;
  state: EntityState;
  /** What it counts as in the end; null: it stands for itself. */
  mergedInto: NamedEntity | null;
  /** All that count as it, oldest first. */
  aliases: NamedEntity[];
  /** An answer that names it twice, by two aliases, counts once. */
  answers: number;
  prompts: number;
  lastNamedAt: Date | null;
  /** An unmapped name's likely twin. */
  suggestion: NamedEntity | null;
};

type EntityRow = Omit<EntityView, "mergedInto" | "lastNamedAt"> & {
  merged_into: NamedEntity | null;
  last_named_at: string | null;
};

/** Whose answers count: those to one owner's prompts; undefined: everybody's. */
type Owner = string | undefined;

/**
 * A page of the names that stand for themselves, newest first; `before` an id, from the last page. An
 * owner gets those alone that answers to his prompts gave, by themselves or by an alias.
 */
export async function listEntities(options: {
  limit: number;
  before: number | null;
  state: EntityState | undefined;
  /** A part of the name or of an alias as written, and of their keys. */
  search: { text: string; key: string } | undefined;
  ownerId?: string;
}): Promise<EntityView[]> {
  const { limit, before, state, search, ownerId } = options;
  const isRootOf = (condition: SQL) =>
    sql`e.id in (${rootsOf(sql`
    select a.id, a.merged_into from entities a where ${condition} and ${isKnown(ownerId, sql`a.id`)}`)})`;
  const conditions = [
    sql`e.merged_into is null`,
    ...(before === null ? [] : [sql`e.id < ${before}::bigint`]),
    ...(state === undefined ? [] : [sql`e.state = ${state}`]),
    ...(ownerId === undefined ? [] : [isRootOf(sql`true`)]),
    ...(search ? [sql`(${matches("e", search)} or ${isRootOf(matches("a", search))})`] : []),
  ];
  return viewsOf(
    sql`select e.* from entities e where ${sql.join(conditions, sql` and `)}
      order by e.id desc limit ${limit}::int`,
    ownerId,
  );
}

/** Null: there is none, or no answer to the owner's prompts gave that name or, by an alias, counts as it. */
export async function findEntity(id: number, ownerId?: string): Promise<EntityView | null> {
  const roots = rootsOf(
    sql`select a.id, a.merged_into from entities a where ${isKnown(ownerId, sql`a.id`)}`,
  );
  const known = sql`(${isKnown(ownerId, sql`e.id`)} or e.id in (${roots}))`;
  const [view] = await viewsOf(
    sql`select e.* from entities e
      where e.id = ${id}::bigint ${ownerId === undefined ? sql`` : sql`and ${known}`}`,
    ownerId,
  );
  return view ?? null;
}

/** As what each of these rows (id, merged_into) of entities counts. Costs what they are, not all there are. */
const rootsOf = (rows: SQL) => sql`
  with recursive up as (
    ${rows} union all
    select above.id, above.merged_into from up join entities above on above.id = up.merged_into
  ) select id from up where merged_into is null`;

/** What stands in the table under a key. */
export async function findEntityByKey(
  key: string,
): Promise<{ id: number; rootId: number; rootName: string; state: EntityState } | null> {
  const [row] = await execute<{
    id: number;
    root_id: number;
    root: string;
    state: EntityState;
  }>(sql`
    select e.id, e.state, root.id as root_id, root.name as root
    from entities e join entity_roots v on v.entity_id = e.id join entities root on root.id = v.root_id
    where e.key = ${key}`);
  return row ? { id: row.id, rootId: row.root_id, rootName: row.root, state: row.state } : null;
}

const matches = (table: "e" | "a", { text, key }: { text: string; key: string }) => {
  const column = (name: "name" | "key") => sql.raw(`${table}.${name}`);
  return sql`(strpos(lower(${column("name")}), lower(${text})) > 0
    or (${key} <> '' and strpos(${column("key")}, ${key}) > 0))`;
};

/** Names in answers to the owner's prompts; `known` is one set, made once a statement. */
const isKnown = (ownerId: Owner, entityId: SQL) =>
  ownerId === undefined ? sql`true` : sql`${entityId} in (select known.id from known)`;

const knownTo = (ownerId: Owner) => sql`known as materialized (
  select re.entity_id as id, re.response_id, r.prompt_id, r.answered_at
  from prompts p
  join responses r on r.prompt_id = p.id
  join response_entities re on re.response_id = r.id
  where p.owner_id = ${ownerId ?? null}::text
)`;

/** More answers than these are read from the whole table; so many are looked up one by one. */
const LOOKED_UP = 10_000;

/**
 * The answers that name a page's rows. An owner's are at hand. Of everybody's, Postgres can't know how many
 * there will be: it would read all there are for a few, or look a third of them up one by one.
 */
const answersTo = (ownerId: Owner) =>
  ownerId === undefined
    ? sql`naming as materialized (
        select page.id as page_id, re.response_id from page join response_entities re
          on re.entity_id = any (array(select id from member where page_id = page.id))
      ), naming_answer as (
        select naming.*, r.prompt_id, r.answered_at from naming cross join lateral (
          select prompt_id, answered_at from responses where id = response_id offset 0) r
        where (select count(*) from naming) <= ${LOOKED_UP}::int
        union all
        select naming.*, r.prompt_id, r.answered_at from naming join responses r on r.id = response_id
        where (select count(*) from naming) > ${LOOKED_UP}::int
      )`
    : sql`naming_answer as (
        select m.page_id, known.* from member m join known on known.id = m.id
      )`;

/** The rows of `page`, newest first, each with its aliases and figures. Costs what these name. */
async function viewsOf(page: SQL, ownerId: Owner): Promise<EntityView[]> {
  const rows = await execute<EntityRow>(sql`
    with recursive ${knownTo(ownerId)}, page as materialized (
      ${page}
    ), member as (
      select id as page_id, id, name from page
      union all
      select m.page_id, e.id, e.name from member m join entities e on e.merged_into = m.id
    ), ${answersTo(ownerId)}, figure as (
      select page_id, count(distinct response_id) as answers, count(distinct prompt_id) as prompts,
        max(answered_at) as last_named_at
      from naming_answer group by page_id
    ), alias as (
      select page_id, json_agg(json_build_object('id', m.id, 'name', m.name) order by m.id) as list
      from member m where m.id <> page_id and ${isKnown(ownerId, sql`m.id`)}
      group by page_id
    )
    select page.id, page.name, page.category, page.state, coalesce(alias.list, '[]') as aliases,
      coalesce(figure.answers, 0) as answers, coalesce(figure.prompts, 0) as prompts,
      figure.last_named_at,
      (select json_build_object('id', root.id, 'name', root.name) from entities root
        where page.merged_into is not null
          and root.id = (${rootsOf(sql`select page.id, page.merged_into`)})) as merged_into,
      ${ownerId === undefined ? TWIN : sql`null::json`} as suggestion
    from page
    left join figure on figure.page_id = page.id
    left join alias on alias.page_id = page.id
    order by page.id desc`);
  return rows.map(({ merged_into, last_named_at, ...row }) => ({
    ...row,
    mergedInto: merged_into,
    lastNamedAt: last_named_at === null ? null : new Date(last_named_at),
  }));
}

/**
 * What a name that nobody has looked at may be another spelling of: the function entity_likeness of the
 * migrations says the same of both, and not each has something in brackets, such as two editions have.
 */
const TWIN = sql`(
  select json_build_object('id', twin.id, 'name', twin.name) from entities twin
  where page.state = 'unmapped' and page.merged_into is null
    and entity_likeness(twin.key) = entity_likeness(page.key) and entity_likeness(page.key) <> ''
    and twin.id <> page.id and twin.merged_into is null and twin.state <> 'ignored'
    and not (twin.key ~ '[([]' and page.key ~ '[([]')
  order by twin.state <> 'mapped', twin.id limit 1)`;
