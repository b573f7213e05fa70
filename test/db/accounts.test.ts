import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { beforeEach, expect, test } from "vitest";
import { insertAccount, insertFirstAccount, insertInvitedAccount } from "@/db/accounts";
import { execute } from "@/db/client";
import { insertInvitation } from "@/db/invitations";
import { ownDatabase } from "../own-database";

ownDatabase();

beforeEach(async () => {
  await execute(sql`delete from users`);
});

// Hashing a password takes turns and would keep the racers apart: here they have one.
const account = (email: string = `${randomUUID()}@example.com`) => ({
  id: randomUUID(),
  email,
  name: "Ada",
  passwordHash: "salt:hash",
});

const stored = async () => {
  const [row] = await execute<{ users: number; passwords: number; founders: number }>(sql`
    select count(distinct u.id) as users, count(a.id) as passwords,
      count(distinct u.id) filter (where u.founder) as founders
    from users u left join accounts a on a.user_id = u.id`);
  return row;
};

/** Runs calls at once, on connections that are open already. */
async function race<T>(call: () => Promise<T>): Promise<T[]> {
  await Promise.all(Array.from({ length: 10 }, () => execute(sql`select pg_sleep(0.02)`)));
  return Promise.all(Array.from({ length: 20 }, call));
}

test("of twenty racing setups, exactly one makes an account with its password", async () => {
  for (let round = 0; round < 10; round++) {
    const made = await race(() => insertFirstAccount(account()));
    expect(made.filter((user) => user !== null)).toHaveLength(1);
    expect(await stored()).toEqual({ users: 1, passwords: 1, founders: 1 });
    await execute(sql`delete from users`);
  }
});

test("there is no setup once anybody has an account", async () => {
  await insertAccount({ ...account(), role: "member" });
  expect(await insertFirstAccount(account())).toBeNull();
  expect(await stored()).toEqual({ users: 1, passwords: 1, founders: 0 });
});

test("of twenty racing acceptances, exactly one makes an account", async () => {
  for (let round = 0; round < 10; round++) {
    const tokenHash = randomUUID();
    const email = `${tokenHash}@example.com`;
    await insertInvitation({ tokenHash, email, role: "member", invitedBy: null, daysValid: 7 });
    const made = await race(() => insertInvitedAccount(tokenHash, account()));
    expect(made.filter((user) => user !== null)).toHaveLength(1);
    expect(await stored()).toEqual({ users: round + 1, passwords: round + 1, founders: 0 });
  }
});

test("of twenty racing sign-ups with one email, exactly one makes an account", async () => {
  const made = await race(() => insertAccount({ ...account("one@example.com"), role: "member" }));
  expect(made.filter((user) => user !== null)).toHaveLength(1);
  expect(await stored()).toEqual({ users: 1, passwords: 1, founders: 0 });
});

test("an invitation whose email has an account by now stays open", async () => {
  const email = "late@example.com";
  await insertInvitation({
    tokenHash: "late",
    email,
    role: "admin",
    invitedBy: null,
    daysValid: 7,
  });
  await insertAccount({ ...account(email), role: "member" });
  await expect(insertInvitedAccount("late", account())).rejects.toThrow();
  const open = sql`select from invitations where token_hash = 'late' and accepted_at is null`;
  expect(await execute(open)).toHaveLength(1);
});
