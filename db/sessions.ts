import { sql } from "drizzle-orm";
import { execute } from "./client";

/** Deletes the sessions of a user (by email, in lower case) that have run out, which nothing reads any more. */
export async function deleteExpiredSessions(email: string): Promise<void> {
  await execute(sql`
    delete from sessions s using users u
    where u.id = s.user_id and u.email = ${email} and s.expires_at < now()`);
}
