/** A database call that didn't answer within its deadline; whether it ran is unknown. */
export class DatabaseTimeoutError extends Error {
  constructor(seconds: number) {
    super(`The database did not answer within ${seconds} s`);
    this.name = "DatabaseTimeoutError";
  }
}

/** The SQLSTATE or socket code of an error, through the layers that drizzle wraps around it. */
export function errorCodeOf(error: unknown): string | undefined {
  for (let e: unknown = error; e instanceof Error; e = e.cause) {
    if ("code" in e && typeof e.code === "string") return e.code;
  }
  return undefined;
}

/** The violated constraint's name, where the error is such a violation. */
export function violatedConstraint(error: unknown): string | undefined {
  for (let e: unknown = error; e instanceof Error; e = e.cause) {
    if ("constraint_name" in e && typeof e.constraint_name === "string") return e.constraint_name;
  }
  return undefined;
}

/** Raised by postgres.js and Node's sockets, not by the server. */
const CONNECTION_CODES = new Set([
  "CONNECTION_CLOSED",
  "CONNECTION_ENDED",
  "CONNECTION_DESTROYED",
  "CONNECT_TIMEOUT",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EPIPE",
  "ETIMEDOUT",
]);

/**
 * SQLSTATE classes and codes that mean "the server can't serve us now": connection (08), wrong
 * credentials or database (28, 3D000), out of resources (53), being shut down or read only (57P, 25006),
 * or took longer than a hosted database allows (57014).
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const UNAVAILABLE_STATES = /^(08|28|53|57P)|^(3D000|25006|57014)$/;

/** True where the database can't be reached or can't serve, as opposed to a defect of a statement. */
export function isUnavailable(error: unknown): boolean {
  for (let e: unknown = error; e instanceof Error; e = e.cause) {
    if (e instanceof DatabaseTimeoutError) return true;
  }
  const code = errorCodeOf(error);
  return code !== undefined && (CONNECTION_CODES.has(code) || UNAVAILABLE_STATES.test(code));
}

/**
 * True where the same call may succeed a moment later: the database is away or restarting, or two
 * transactions met (40001, 40P01, 55P03). A wrong password or database name (28, 3D000) stays wrong.
 */
export function isTransient(error: unknown): boolean {
  const code = errorCodeOf(error) ?? "";
  if (/^(28|3D000)/.test(code)) return false;
  return isUnavailable(error) || wasRolledBack(error);
}

/** True where two transactions met and this one was undone. */
export function wasRolledBack(error: unknown): boolean {
  return ["40001", "40P01", "55P03"].includes(errorCodeOf(error) ?? "");
}

/** DATABASE_URL is missing or can't be read; the message says so in a sentence. */
export class DatabaseAddressError extends Error {
  override name = "DatabaseAddressError";
}

/** True where the tables aren't there yet (42P01, 42703, 42883): migrations have not run. */
export function isUnmigrated(error: unknown): boolean {
  return ["42P01", "42703", "42883"].includes(errorCodeOf(error) ?? "");
}

/** 26000, 42P05: a pooler gave us a connection that doesn't know our prepared statements. */
export function isLostPreparedStatement(error: unknown): boolean {
  return ["26000", "42P05"].includes(errorCodeOf(error) ?? "");
}
