import { setTimeout as pause } from "node:timers/promises";
import { Presets, SingleBar } from "cli-progress";
import { z } from "zod";

const cronReply = z.object({ batchKey: z.string(), jobsCreated: z.number() });

const statusReply = z.object({
  summary: z.object({
    total: z.number(),
    queued: z.number(),
    processing: z.number(),
    succeeded: z.number(),
    failed: z.number(),
    skipped: z.number(),
    cancelled: z.number(),
  }),
});

const LOOK_MS = 250;
/** Longer than any wait inside a dispatch loop that is alive: then the cron is called again. */
const STUCK_MS = 15_000;
const GIVE_UP_MS = 15 * 60_000;

/**
 * Calls the cron as Vercel would, and shows the batch's progress until its last job is final, or
 * until it is stopped.
 * `complete`: every job became final and none was lost.
 */
export async function followBatch(
  url: string,
  secret: string,
  isStopped: () => boolean,
): Promise<{ batchKey: string; complete: boolean }> {
  const get = async (path: string): Promise<unknown> => {
    const response = await fetch(url + path, { headers: { authorization: `Bearer ${secret}` } });
    if (!response.ok)
      throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return response.json();
  };
  const { batchKey, jobsCreated } = cronReply.parse(await get("/api/cron"));
  const count = async (filter: string) =>
    statusReply.parse(await get(`/api/jobs/status?batchKey=${batchKey}&limit=1${filter}`)).summary;
  console.log(
    jobsCreated > 0
      ? `✔ GET /api/cron enqueued ${jobsCreated} jobs`
      : `✔ GET /api/cron: today's jobs are enqueued already, going on with them`,
  );
  const bar = new SingleBar(
    {
      format: `  Batch ${batchKey} [{bar}] {value} of {total}  {succeeded} succeeded  {failed} failed  {processing} running`,
      hideCursor: true,
      noTTYOutput: true,
      notTTYSchedule: 2_000,
    },
    Presets.rect,
  );
  bar.start((await count("")).total, 0, { succeeded: 0, failed: 0, processing: 0 });
  const startedMs = Date.now();
  let changedMs = startedMs;
  let doneBefore = -1;
  for (;;) {
    const summary = await count("");
    const { total, succeeded, failed, skipped, cancelled, processing } = summary;
    const done = succeeded + failed + skipped + cancelled;
    bar.update(done, { succeeded, failed, processing });
    if (done !== doneBefore) changedMs = Date.now();
    doneBefore = done;
    if (isStopped()) {
      bar.stop();
      return { batchKey, complete: false };
    }
    const gaveUp = Date.now() - startedMs > GIVE_UP_MS;
    if (done === total || gaveUp) {
      bar.stop();
      const lost = (await count("&errorCode=lost")).total;
      return { batchKey, complete: !gaveUp && lost === 0 };
    }
    if (Date.now() - changedMs > STUCK_MS) {
      changedMs = Date.now();
      await get("/api/cron");
    }
    await pause(LOOK_MS);
  }
}
