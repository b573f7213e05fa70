import { getTableColumns, type SQL, sql, type Table } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";
import { drizzle } from "drizzle-orm/pg-proxy";
import postgres from "postgres";
import { readConnection } from "./connection";
import { DatabaseTimeoutError, isLostPreparedStatement } from "./errors";

/** No call waits longer than this for the database, so that a route fails within 15 s. */
const DATABASE_DEADLINE_SECONDS = 10;

/** Few, because every instance of the app has its own pool and a pooler's places are limited. */
const CONNECTIONS_PER_INSTANCE = 10;

/** Between two tries of a connection that failed. */
const RECONNECT_PAUSE_SECONDS = 0.1;

type Parameters = postgres.ParameterOrJSON<never>[];
type Client = ReturnType<typeof connect>;

const dialect = new PgDialect({ casing: "snake_case" });

/** Not a module variable: Next bundles modules more than once, and each copy would open a pool. */
const shared = globalThis as typeof globalThis & { canvassDatabase?: Client };

function connect() {
  const { url, prepare } = readConnection();
  const client = postgres(url, {
    max: CONNECTIONS_PER_INSTANCE,
    prepare,
    idle_timeout: 20,
    connect_timeout: 8,
    // The driver's own grows to 20 s for the whole pool: a restart of one second would cost a deadline.
    backoff: () => RECONNECT_PAUSE_SECONDS,
    fetch_types: false,
    onnotice: () => {},
    connection: { application_name: "canvass" },
    types: {
      // Ids, counts and money all fit a double: ids end at 2^53.
      number: { to: 1700, from: [20, 1700], serialize: String, parse: Number },
      // Times and JSON pass as text: drizzle's columns read and write them.
      date: { to: 1184, from: [1082, 1114, 1184], serialize: String, parse: String },
      json: { to: 114, from: [114, 3802], serialize: String, parse: JSON.parse },
    },
  });
  return { client, prepare };
}

function current(): Client {
  shared.canvassDatabase ??= connect();
  return shared.canvassDatabase;
}

type Send = <Row extends object>(
  text: string,
  params: Parameters,
  options?: { prepare: boolean },
) => postgres.PendingQuery<Row[]>;

/**
 * Runs a call with a deadline of its own: a query may never settle when its connection dies silently.
 * A pool in which one didn't answer is given up, or every call to come would queue behind dead
 * connections until TCP notices, a quarter of an hour later; what still runs in it may finish.
 */
async function withDeadline<T>(run: (db: Client, send: Send) => Promise<T>): Promise<T> {
  const db = current();
  let query: { cancel(): void } | undefined;
  const send: Send = <Row extends object>(text: string, params: Parameters, options = {}) => {
    const pending = db.client.unsafe<Row[]>(text, params, options);
    query = pending;
    return pending;
  };
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      if (shared.canvassDatabase === db) delete shared.canvassDatabase;
      void db.client.end({ timeout: DATABASE_DEADLINE_SECONDS });
      reject(new DatabaseTimeoutError(DATABASE_DEADLINE_SECONDS));
      // A connection that comes up after all must not claim a job for a caller who was told 503.
      if (query && !wasSent(query)) query.cancel();
    }, DATABASE_DEADLINE_SECONDS * 1000);
  });
  try {
    return await Promise.race([run(db, send), deadline]);
  } finally {
    clearTimeout(timer);
  }
}

/** The driver sets it, unknown to its types, when it writes the query to a connection. */
function wasSent(query: object): boolean {
  return "state" in query && query.state !== null;
}

/** The query builder, for what it says more clearly than SQL. It has no transactions: a statement is one. */
export const database = drizzle(
  async (text, params: Parameters, method) => ({
    rows: await withDeadline<unknown[]>(async (_, send) => {
      const query = send(text, params);
      return method === "all" ? query.values() : query;
    }),
  }),
  { casing: "snake_case" },
);

/**
 * Runs one statement, prepared where the connection allows it, and gives its rows as Postgres names
 * their columns. Times come as text: read a table's whole rows with `toRow`.
 * Throws the driver's error, or DatabaseTimeoutError.
 */
export function execute<Row extends object>(statement: SQL): Promise<Row[]> {
  const { sql: text, params } = dialect.sqlToQuery(statement);
  return withDeadline(async (db, send) => {
    const run = (prepare: boolean) => send<Row>(text, params as Parameters, { prepare });
    try {
      return await run(db.prepare);
    } catch (error) {
      if (!db.prepare || !isLostPreparedStatement(error)) throw error;
      // Refused before it ran, by a pooler that the address didn't give away.
      db.prepare = false;
      return await run(false);
    }
  });
}

/** Reads a row of `table` as `execute` gives it (snake_case, times as text) into the table's type. */
export function toRow<T extends Table>(table: T, raw: object): T["$inferSelect"] {
  const values = new Map<string, unknown>(Object.entries(raw));
  const row = Object.entries(getTableColumns(table)).map(([key, column]) => {
    const value = values.get(key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
    return [key, value === null || value === undefined ? null : column.mapFromDriverValue(value)];
  });
  return Object.fromEntries(row);
}

/** A Postgres array literal: one parameter, so that a statement's text is the same for any length. */
export function arrayLiteral(values: readonly number[]): string {
  return `{${values.join(",")}}`;
}

/** The ids of the rows of a `with` step as one JSON list, for a statement that tells more than them. */
export function idsOf(step: SQL): SQL {
  return sql`(select coalesce(json_agg(id), '[]') from ${step})`;
}

/** Closes the pool; the next call opens a new one. */
export async function closeDatabase(): Promise<void> {
  const open = shared.canvassDatabase;
  delete shared.canvassDatabase;
  await open?.client.end({ timeout: 5 });
}
