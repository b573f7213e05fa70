import { z } from "zod";
import { DatabaseAddressError } from "./errors";

/** `prepare` is false where a transaction pooler would lose our prepared statements. */
export type Connection = { url: string; prepare: boolean };

const MISSING = "is not set: give it the address of a Postgres 15 or later";

const postgresUrl = z
  .string({ error: MISSING })
  .refine((value) => URL.canParse(value) && /^postgres(ql)?:$/.test(new URL(value).protocol), {
    error: "must be an address like postgres://user:password@host:5432/name",
  });

/** The database's part of the environment; lib/env.ts validates it with the rest. */
export const databaseEnvironment = z.object({
  DATABASE_URL: postgresUrl,
  DATABASE_URL_UNPOOLED: postgresUrl.optional(),
  DATABASE_PREPARE: z.enum(["true", "false"], { error: "must be true or false" }).optional(),
});

/** The variables that are set: an empty one counts as unset. */
export function setVariables(
  source: Record<string, string | undefined>,
): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ""));
}

type DatabaseEnvironment = {
  DATABASE_URL: string;
  DATABASE_PREPARE?: "true" | "false" | undefined;
};

/** What other tools put into a database's address, which Postgres itself would refuse to take. */
const FOREIGN_PARAMETERS = ["pgbouncer", "channel_binding", "connection_limit", "pool_timeout"];

/**
 * Reads where the database is and how to talk to it.
 * Prepared statements are off by themselves behind what looks like a transaction pooler: port 6543
 * (Supabase), `pooler` in the host (Neon, Supabase), `pgbouncer=true` (Prisma's mark).
 */
export function toConnection(env: DatabaseEnvironment): Connection {
  const url = new URL(env.DATABASE_URL);
  const pooled =
    url.port === "6543" ||
    url.hostname.includes("pooler") ||
    url.searchParams.get("pgbouncer") === "true";
  for (const name of FOREIGN_PARAMETERS) url.searchParams.delete(name);
  return {
    url: url.toString(),
    prepare: env.DATABASE_PREPARE === undefined ? !pooled : env.DATABASE_PREPARE === "true",
  };
}

/** Where the environment says the database is. Throws DatabaseAddressError, one sentence. */
export function readConnection(): Connection {
  return toConnection(readDatabaseEnvironment());
}

/** The address for migrations: direct where there is one. Throws DatabaseAddressError. */
export function readMigrationUrl(): string {
  const env = readDatabaseEnvironment();
  return env.DATABASE_URL_UNPOOLED ?? env.DATABASE_URL;
}

function readDatabaseEnvironment(): z.output<typeof databaseEnvironment> {
  const parsed = databaseEnvironment.safeParse(setVariables(process.env));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new DatabaseAddressError(`${issue?.path.join(".")} ${issue?.message}.`);
}
