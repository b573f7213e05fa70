import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { insertAccount } from "@/db/accounts";
import { insertApiKey } from "@/db/api-keys";
import { execute } from "@/db/client";
import { ownDatabase } from "../own-database";

ownDatabase();

const MOST = 5;

async function makeUser(): Promise<string> {
  const id = randomUUID();
  const account = { id, email: `${id}@example.com`, name: "Ada", passwordHash: "salt:hash" };
  await insertAccount({ ...account, role: "member" });
  return id;
}

const insert = (userId: string) =>
  insertApiKey(
    { userId, name: "CI", prefix: "12345678", keyHash: randomUUID(), scopes: ["read", "run"] },
    MOST,
  );

test("of twenty racing for the last place under the limit, exactly one gets it", async () => {
  for (let round = 0; round < 10; round++) {
    const userId = await makeUser();
    for (let n = 1; n < MOST; n++) expect(await insert(userId)).not.toBeNull();
    // On connections that are open already.
    await Promise.all(Array.from({ length: 10 }, () => execute(sql`select pg_sleep(0.02)`)));
    const made = await Promise.all(Array.from({ length: 20 }, () => insert(userId)));
    expect(made.filter((key) => key !== null)).toHaveLength(1);
  }
});

test("one user's keys take no place of another's, and go with their user", async () => {
  const [one, other] = [await makeUser(), await makeUser()];
  for (let n = 0; n < MOST; n++) expect(await insert(one)).not.toBeNull();
  expect(await insert(one)).toBeNull();
  expect(await insert(other)).toMatchObject({ userId: other, scopes: ["read", "run"] });
  await execute(sql`delete from users where id = ${one}`);
  expect(await execute(sql`select from api_keys where user_id = ${one}`)).toHaveLength(0);
});

test("the table refuses a scope that isn't there, and a key without any", async () => {
  const userId = await makeUser();
  for (const scopes of ["{admin}", "{}", "{read,admin}"]) {
    const stored = execute(sql`
      insert into api_keys (user_id, name, prefix, key_hash, scopes)
      values (${userId}, 'CI', '', ${scopes}, ${scopes}::text[])`);
    await expect(stored).rejects.toThrow("api_keys_scopes_check");
  }
});
