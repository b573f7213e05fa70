import type { SQL } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";
import { expect, vi } from "vitest";

type Execute = typeof import("@/db/client").execute;

const dialect = new PgDialect({ casing: "snake_case" });

/** The statements that look at what is watched: for a mock of the client's `execute`. */
class Looks {
  /** When each was made, and of what. */
  made: { atMs: number; params: unknown[] }[] = [];
  /** So many of the next ones fail. */
  failing = 0;

  around(execute: Execute): Execute {
    return async <Row extends object>(statement: SQL) => {
      const { sql: text, params } = dialect.sqlToQuery(statement);
      if (text.includes("watched_job")) {
        this.made.push({ atMs: performance.now(), params });
        if (this.failing > 0) {
          this.failing -= 1;
          throw Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
        }
      }
      return execute<Row>(statement);
    };
  }

  /** Until so many more have begun. */
  async untilMade(count: number): Promise<void> {
    const wanted = this.made.length + count;
    await vi.waitFor(() => expect(this.made.length).toBeGreaterThanOrEqual(wanted), 10_000);
  }

  /** Until whatever was committed before has been looked at. */
  untilLookedAt(): Promise<void> {
    // One under way may have begun before; the next hasn't, and has ended when another begins.
    return this.untilMade(2);
  }
}

export const looks = new Looks();
