import { environment } from "@/lib/env";
import { watchBatch, watchJob } from "@/lib/jobs/watch";

const env = () => environment({ ...process.env, CRON_SECRET: "0123456789abcdef" });

export const watch = (jobId: number, signal = new AbortController().signal) =>
  watchJob(jobId, "all", env(), signal);

export const watchKey = (batchKey: string, signal = new AbortController().signal) =>
  watchBatch(batchKey, "all", env(), signal);

/** The state it gives next; throws where it has ended. */
export async function nextOf<T>(states: AsyncGenerator<T, void>): Promise<T> {
  const { done, value } = await states.next();
  if (done) throw new Error("it has ended");
  return value;
}

/** What a sequence gives that has ended. */
export const over = { done: true, value: undefined };
