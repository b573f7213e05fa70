// Run as a process of its own, so that what is thrown outside every promise is seen: 40 loops of
// queries until standard input ends. Prints one line of JSON: what was thrown and what never settled.
import { setTimeout as pause } from "node:timers/promises";
import { sql } from "drizzle-orm";
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

async function loop(): Promise<void> {
  while (running) {
    try {
      await execute(sql`select ${"x".repeat(2_000)}::text`);
      settled.served += 1;
    } catch (error) {
      const timedOut = error instanceof Error && error.name === "DatabaseTimeoutError";
      settled[timedOut ? "timedOut" : "failed"] += 1;
      await pause(5);
    }
  }
}

console.log("ready");
await Promise.all(Array.from({ length: LOOPS }, loop));
console.log(JSON.stringify({ thrown, ...settled }));
process.exit(0);
