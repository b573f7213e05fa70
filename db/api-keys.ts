import { and, desc, eq, type SQL, sql } from "drizzle-orm";
import { database, execute, toRow } from "./client";
import { type ApiKey, apiKeys, type Role, type Scope } from "./schema";

export type NewApiKey = {
  userId: string;
  name: string;
  prefix: string;
  keyHash: string;
  scopes: readonly Scope[];
};

/** Null: the user has `most` keys already, which several calls at once can't pass either. */
export async function insertApiKey(key: NewApiKey, most: number): Promise<ApiKey | null> {
  const scopes = `{${key.scopes.join(",")}}`;
  const [row] = await execute<object>(sql`
    select * from create_api_key(${key.userId}, ${key.name}, ${key.prefix}, ${key.keyHash},
      ${scopes}::text[], ${most}::int)`);
  return row ? toRow(apiKeys, row) : null;
}

/** One owner's keys, or (`all`) everybody's; newest first. */
export function listApiKeys(whose: "all" | { ownerId: string }): Promise<ApiKey[]> {
  return database.select().from(apiKeys).where(ownedBy(whose)).orderBy(desc(apiKeys.id));
}

/** Ends a key at once; false where there is none of `whose` with this id. */
export async function deleteApiKey(
  id: number,
  whose: "all" | { ownerId: string },
): Promise<boolean> {
  const gone = await database
    .delete(apiKeys)
    .where(and(eq(apiKeys.id, id), ownedBy(whose)))
    .returning({ id: apiKeys.id });
  return gone.length > 0;
}

/**
 * Whose key this is and what it may do, as of now; null: nobody's. Notes that it was used, once a
 * minute and no more often, or every call would write.
 */
export async function admitApiKey(
  keyHash: string,
): Promise<{ userId: string; role: Role; scopes: Scope[] } | null> {
  const [row] = await execute<{ user_id: string; role: Role; scopes: Scope[] }>(sql`
    with used as (
      update api_keys set last_used_at = now() where key_hash = ${keyHash}
        and (last_used_at is null or last_used_at < now() - interval '1 minute')
    )
    select k.user_id, u.role, to_json(k.scopes) as scopes
    from api_keys k join users u on u.id = k.user_id where k.key_hash = ${keyHash}`);
  return row ? { userId: row.user_id, role: row.role, scopes: row.scopes } : null;
}

function ownedBy(whose: "all" | { ownerId: string }): SQL | undefined {
  return whose === "all" ? undefined : eq(apiKeys.userId, whose.ownerId);
}
