import { sql } from "drizzle-orm";
import { execute, toRow } from "./client";
import { type Role, type User, users } from "./schema";

/** What an account is made of; `passwordHash` is scrypt's. The email is in lower case. */
export type NewAccount = { id: string; email: string; name: string; passwordHash: string };

/** How better-auth names the way of signing in by a password. */
const BY_PASSWORD = "credential";

/** The password of the user in the step `made`: of one statement, so that there is none without. */
const passwordOfMade = (passwordHash: string) => sql`
  insert into accounts (id, account_id, provider_id, user_id, password)
  select id, id, ${BY_PASSWORD}, id, ${passwordHash} from made`;

/**
 * Makes the first account, an admin's; null where there is one already. Of several calls at once the
 * index users_founder_unique lets one through.
 */
export async function insertFirstAccount(account: NewAccount): Promise<User | null> {
  const { id, email, name, passwordHash } = account;
  const [row] = await execute<object>(sql`
    with made as (
      insert into users (id, email, name, role, founder)
      select ${id}, ${email}, ${name}, 'admin', true where not exists (select from users)
      on conflict do nothing returning *
    ), credential as (${passwordOfMade(passwordHash)})
    select * from made`);
  return row ? toRow(users, row) : null;
}

/** Makes an account; null where the email has one. */
export async function insertAccount(account: NewAccount & { role: Role }): Promise<User | null> {
  const { id, email, name, role, passwordHash } = account;
  const [row] = await execute<object>(sql`
    with made as (
      insert into users (id, email, name, role) values (${id}, ${email}, ${name}, ${role})
      on conflict do nothing returning *
    ), credential as (${passwordOfMade(passwordHash)})
    select * from made`);
  return row ? toRow(users, row) : null;
}

/**
 * Makes the account of an invitation and marks it accepted; null where it is unknown, accepted or
 * expired, of several calls at once for all but one. Where the email has an account it throws a
 * violation of users_email_unique, and the invitation stays open.
 */
export async function insertInvitedAccount(
  tokenHash: string,
  account: Omit<NewAccount, "email">,
): Promise<User | null> {
  const { id, name, passwordHash } = account;
  const [row] = await execute<object>(sql`
    with accepted as (
      update invitations set accepted_at = now()
      where token_hash = ${tokenHash} and accepted_at is null and expires_at > now()
      returning email, role
    ), made as (
      insert into users (id, email, name, role) select ${id}, email, ${name}, role from accepted
      returning *
    ), credential as (${passwordOfMade(passwordHash)})
    select * from made`);
  return row ? toRow(users, row) : null;
}
