/**
 * Runs once when a server starts, before it takes requests. A server of one's own without a database
 * ends here with one sentence, and else begins to tick; on Vercel, where there is nobody to read the
 * sentence and nothing lives between requests, routes answer 503 and crons tick.
 */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs" || process.env.VERCEL) return;
  const { requireDatabaseAddress } = await import("./lib/start");
  const { startSelfTick } = await import("./lib/jobs/self-tick");
  const { beginStopping } = await import("./lib/jobs/stopping");
  requireDatabaseAddress();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, beginStopping);
  startSelfTick();
}
