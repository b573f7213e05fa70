import { readConnection } from "@/db/connection";
import { DatabaseAddressError } from "@/db/errors";

/** Ends the process with one sentence where DATABASE_URL is missing or is no address of a Postgres. */
export function requireDatabaseAddress(): void {
  try {
    readConnection();
  } catch (error) {
    if (!(error instanceof DatabaseAddressError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
