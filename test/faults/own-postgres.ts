import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import postgres from "postgres";
import { closeDatabase } from "@/db/client";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "@/db/embedded";
import { migrateDatabase } from "@/db/migrate";
import { startTcpProxy } from "./tcp-proxy";

const STARTS = 50;

/**
 * A Postgres of the test's own, behind a proxy that stays where it is when the server comes back on
 * another port. A crash of it loses nothing that was committed; one of the machine would.
 */
export async function startOwnPostgres() {
  const dataDir = await mkdtemp(join(tmpdir(), "canvass-crash-"));
  const start = () => startEmbeddedPostgres({ dataDir, durable: false });
  let server: EmbeddedPostgres = await start();
  await migrateDatabase(server.url);
  // Commits reach the system's cache, which outlives the server; which a durable server would not trust.
  await administer(server.url, (sql) => sql`alter database canvass set synchronous_commit = on`);
  const proxy = await startTcpProxy(server.url);
  process.env.DATABASE_URL = server.url;

  /** As the server's own port would, the proxy refuses connections meanwhile. */
  async function stayAway(ms: number): Promise<void> {
    await proxy.set("refused");
    await pause(ms);
  }

  async function startAgain(): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        server = await start();
        break;
      } catch (error) {
        // After a crash its orphans hold its shared memory for a moment.
        if (tries === STARTS) throw error;
        await pause(100);
      }
    }
    proxy.leadTo(server.url);
    await proxy.set("open");
    process.env.DATABASE_URL = server.url;
    await closeDatabase();
  }

  return {
    /** Where the app finds it, whatever happens to it. */
    url: proxy.url,
    proxy,
    /** Stops it, and starts it after `awayMs`. */
    async restart(awayMs: number) {
      await server.stop();
      await stayAway(awayMs);
      await startAgain();
    },
    /** SIGKILL to the postmaster: no checkpoint, no word to anybody. Starts it after `awayMs`. */
    async crash(awayMs: number) {
      process.kill(server.pid, "SIGKILL");
      await server.stop();
      await stayAway(awayMs);
      await startAgain();
    },
    async stop() {
      await closeDatabase();
      await proxy.close();
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function administer(url: string, work: (sql: postgres.Sql) => Promise<unknown>) {
  const sql = postgres(url, { max: 1 });
  await work(sql).finally(() => sql.end());
}

export type OwnPostgres = Awaited<ReturnType<typeof startOwnPostgres>>;
