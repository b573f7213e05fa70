import { eq, sql } from "drizzle-orm";
import { database, execute } from "./client";
import { accounts, users } from "./schema";

/** Whether anybody has an account: until then there is a setup, and no sign-in. */
export async function hasAccounts(): Promise<boolean> {
  const [row] = await execute<{ any: boolean }>(sql`select exists (select from users) as any`);
  return row?.any === true;
}

/** The scrypt hash of the account with this email (in lower case); null: there is none. */
export async function passwordHashOf(email: string): Promise<string | null> {
  const [row] = await database
    .select({ password: accounts.password })
    .from(accounts)
    .innerJoin(users, eq(users.id, accounts.userId))
    .where(eq(users.email, email));
  return row?.password ?? null;
}
