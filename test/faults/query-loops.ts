// Run as a process of its own, so that what is thrown outside every promise is seen: 40 loops of
// queries until standard input ends. Prints one line of JSON: what was thrown and what never settled.
import { setTimeout as pause } from "node:timers/promises";
import { sql } from "drizzle-orm";
import postgres from "postgres";
import { execute } from "@/db/client";

const LOOPS = 40;

const thrown: string[] = [];
process.on("uncaughtException", (error) => thrown.push(error.message));
process.on("unhandledRejection", (error) => thrown.push(String(error)));

let running = true;
process.stdin.resume().on("end", () => {
  running = false;
});
const settled = { served: 0, failed: 0, timedOut: 0 };

/** Some queries are short enough (1,024 bytes) for the driver to put off writing them, some are not. */
async function loop(_: unknown, place: number): Promise<void> {
  const text = "x".repeat(place % 2 === 0 ? 10 : 2_000);
  while (running) {
    try {
      await execute(sql`select ${text}::text`);
      settled.served += 1;
    } catch (error) {
      const timedOut = error instanceof Error && error.name === "DatabaseTimeoutError";
      settled[timedOut ? "timedOut" : "failed"] += 1;
      // At once, and so perhaps on the very connection that is just dying.
      if (place % 4 > 1) await pause(5);
    }
  }
}

/** A connection of its own, as a transaction's: no pool replaces it, and it is used when dead, too. */
async function holdOne(): Promise<void> {
  while (running) {
    const url = process.env.DATABASE_URL ?? "";
    const pool = postgres(url, { max: 1, fetch_types: false, backoff: () => 0.05 });
    const open = await pool`select 1`.catch(() => null);
    const held = open && (await pool.reserve());
    for (let failures = 0; held && running && failures < 3; await pause(1)) {
      await held`select 1`.catch(() => {
        failures += 1;
      });
    }
    void pool.end({ timeout: 0 });
  }
}

console.log("ready");
void holdOne();
await Promise.all(Array.from({ length: LOOPS }, loop));
console.log(JSON.stringify({ thrown, ...settled }));
process.exit(0);
