import { isUnavailable } from "@/db/errors";
import { listLostJobs, rescueJobs } from "@/db/job-transitions/rescue";
import { tryAgain, WHILE_A_CALLER_WAITS_MS } from "@/db/retry";
import { deleteJobStatuses } from "@/lib/live-store/job-status";
import { log } from "@/lib/log";

const PAGE = 200;

/**
 * Takes back every job whose lease ran out, page by page. A job that can't be taken back is logged
 * and passed over: neither its page nor those behind it wait for it. Returns how many came back.
 * Throws where the database is away: what is left, the next sweep takes back.
 */
export async function rescueLostJobs(): Promise<number> {
  let rescued = 0;
  for (let afterId = 0; ; ) {
    const lost = await listLostJobs(afterId, PAGE);
    const last = lost.at(-1);
    if (last === undefined) return rescued;
    rescued += await rescuePage(lost);
    afterId = last;
  }
}

async function rescuePage(lost: readonly number[]): Promise<number> {
  try {
    const rescued = await tryAgain(() => rescueJobs(lost), WHILE_A_CALLER_WAITS_MS);
    await deleteJobStatuses(rescued);
    return rescued.length;
  } catch (error) {
    if (isUnavailable(error)) throw error;
    if (lost.length === 1) {
      log.error({ err: error, jobId: lost[0] }, "a lost job could not be taken back");
      return 0;
    }
    let rescued = 0;
    for (const jobId of lost) rescued += await rescuePage([jobId]);
    return rescued;
  }
}
