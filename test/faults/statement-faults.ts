import { setTimeout as delay } from "node:timers/promises";
import type { SQL } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";

const dialect = new PgDialect({ casing: "snake_case" });

/** The statements that faults are injected at, known by their text. */
const STATEMENTS = {
  claim: /from claim_job\(/,
  succeed: /set status = 'succeeded'/,
  fail: /set status = 'failed', finished_at/,
  retry: /scheduled_for = now\(\) \+/,
  rateLimit: /set rate_limited_until =/,
  account: /insert into pauses \(provider, manual, reason, since/,
  listLost: /select id from prompt_jobs\s+where status = 'processing' and lease_expires_at/,
  rescue: /with lost as/,
  prune: /with old as/,
  enqueue: /with due as/,
  note: /insert into maintenance/,
  run: /select run_prompt\(/,
} as const;

type StatementName = keyof typeof STATEMENTS;

/**
 * - `fails before`: the connection is reset, and the statement never ran
 * - `loses its reply`: it ran, and then the connection is reset
 * - `still runs`: the connection is reset at once, and the server runs it all the same, a little later
 * - `is slow`: nothing is wrong with it but the time it takes
 */
export const FAULTS = ["fails before", "loses its reply", "still runs", "is slow"] as const;
type Fault = (typeof FAULTS)[number] | "is held";

const RESET = () => Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
const SLOW_MS = 250;

/** Passes every statement on to the database, but for those that a fault is set for. */
class StatementFaults {
  private planned: { name: StatementName; fault: Fault; left: number; error: () => Error } | null =
    null;
  private background: Promise<unknown>[] = [];
  private held = Promise.withResolvers<void>();
  private reached = Promise.withResolvers<void>();
  /** How often the fault struck. */
  struck = 0;

  set(name: StatementName, fault: Fault, times = 1, error = RESET): void {
    this.planned = { name, fault, left: times, error };
    this.struck = 0;
    this.held = Promise.withResolvers();
    this.reached = Promise.withResolvers();
  }

  /** Until what still runs has ended, and no fault is set any more. */
  async clear(): Promise<void> {
    this.planned = null;
    this.held.resolve();
    await Promise.allSettled(this.background.splice(0));
  }

  /** Until a statement is held. */
  whenHeld(): Promise<void> {
    return this.reached.promise;
  }

  async around<T>(statement: SQL, run: () => Promise<T>): Promise<T> {
    const planned = this.planned;
    const hits =
      planned &&
      planned.left > 0 &&
      STATEMENTS[planned.name].test(dialect.sqlToQuery(statement).sql);
    if (!hits) return run();
    planned.left -= 1;
    this.struck += 1;
    switch (planned.fault) {
      case "fails before":
        throw planned.error();
      case "loses its reply":
        await run();
        throw planned.error();
      case "still runs":
        // The caller's next try comes 50 to 100 ms after the first.
        this.background.push(delay(70).then(run));
        throw planned.error();
      case "is slow":
        await delay(SLOW_MS);
        return run();
      case "is held":
        this.reached.resolve();
        await this.held.promise;
        return run();
    }
  }
}

export const statementFaults = new StatementFaults();
