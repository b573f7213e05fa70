import { databaseEnvironment, setVariables } from "@/db/connection";

/** Ends the process with one sentence where DATABASE_URL is missing or is no address of a Postgres. */
export function requireDatabaseAddress(): void {
  const parsed = databaseEnvironment.safeParse(setVariables(process.env));
  if (parsed.success) return;
  const [issue] = parsed.error.issues;
  const name = issue?.path.join(".") ?? "DATABASE_URL";
  process.stderr.write(`${name} ${issue?.message ?? "is not valid"}.\n`);
  process.exit(1);
}
