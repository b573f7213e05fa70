import type { SQL } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";

type Execute = typeof import("@/db/client").execute;

const dialect = new PgDialect({ casing: "snake_case" });

/** What goes to Postgres, and what a test does with it: for a mock of the client's `execute`. */
class Statements {
  private sent = 0;
  /** Called once a job's state was read, before the reader gets it. */
  afterRead: (() => Promise<void>) | null = null;
  /** The reply of the next statement that contains this is lost, and the statement has run. */
  losesReplyTo: string | null = null;

  around(execute: Execute): Execute {
    return async <Row extends object>(statement: SQL) => {
      const { sql: text } = dialect.sqlToQuery(statement);
      this.sent += 1;
      const rows = await execute<Row>(statement);
      if (text.includes("to_jsonb(prompt_jobs) as job")) await this.afterRead?.();
      if (this.losesReplyTo !== null && text.includes(this.losesReplyTo)) {
        this.losesReplyTo = null;
        throw Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
      }
      return rows;
    };
  }

  /** How many the call sends. */
  async sentBy(call: () => Promise<unknown>): Promise<number> {
    this.sent = 0;
    await call();
    return this.sent;
  }
}

export const statements = new Statements();
