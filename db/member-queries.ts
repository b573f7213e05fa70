import { sql } from "drizzle-orm";
import { execute } from "./client";
import type { Role } from "./schema";

/** Somebody with an account; `lastSeenAt`: when a session of theirs was last begun or prolonged. */
export type Member = {
  id: string;
  name: string;
  email: string;
  role: Role;
  createdAt: Date;
  lastSeenAt: Date | null;
};

type MemberRow = Omit<Member, "createdAt" | "lastSeenAt"> & {
  createdAt: string;
  lastSeenAt: string | null;
};

/** Everybody with an account, oldest first. */
export async function listMembers(): Promise<Member[]> {
  const rows = await execute<MemberRow>(sql`
    select u.id, u.name, u.email, u.role, u.created_at as "createdAt",
      (select max(s.updated_at) from sessions s where s.user_id = u.id) as "lastSeenAt"
    from users u order by u.created_at, u.id`);
  return rows.map((row) => ({
    ...row,
    createdAt: new Date(row.createdAt),
    lastSeenAt: row.lastSeenAt === null ? null : new Date(row.lastSeenAt),
  }));
}
