// Run as a process of its own, which a test may kill: owns an embedded Postgres until its standard
// input ends, then stops it. Prints one line of JSON: what it started, or why it couldn't.
import { startEmbeddedPostgres } from "../../db/embedded";

// As the demo does: what Ctrl-C means is for the owner to decide.
process.on("SIGINT", () => {});

const [dataDir = ""] = process.argv.slice(2);
try {
  const server = await startEmbeddedPostgres({ dataDir, durable: false });
  const { url, pid, guard } = server;
  console.log(JSON.stringify({ url, pid, guardPid: guard.pid }));
  process.stdin.resume().on("end", () => void server.stop());
} catch (error) {
  console.log(JSON.stringify({ error: error instanceof Error ? error.message : String(error) }));
}
