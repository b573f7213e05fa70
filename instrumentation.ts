/**
 * Runs once when a server starts, before it takes requests. A server of one's own without a database
 * ends here with one sentence; on Vercel, where there is nobody to read it, the routes answer 503.
 */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs" || process.env.VERCEL) return;
  const { requireDatabaseAddress } = await import("./lib/start");
  requireDatabaseAddress();
}
