import { Redis } from "ioredis";
import { redisUrl } from "@/lib/env";
import { jobKey } from "./job-status";

type Subscriber = { client: Redis; heard: Map<string, () => void> };

/** Not a module variable: Next bundles this module with each route. Null: nobody listens. */
const shared = globalThis as typeof globalThis & { canvassSubscriber?: Subscriber | null };

/**
 * Calls `tell` when Redis announces a new state of the job, until the returned function is called; one
 * listener a job. An announcement may be lost, with Redis away: it only makes a watcher quicker. Does
 * nothing without Redis.
 */
export function hearJob(jobId: number, tell: () => void): () => void {
  shared.canvassSubscriber ??= subscribe();
  const subscriber = shared.canvassSubscriber;
  if (!subscriber) return () => undefined;
  const { client, heard } = subscriber;
  const channel = jobKey(jobId);
  heard.set(channel, tell);
  client.subscribe(channel).catch(() => undefined);
  return () => {
    if (heard.get(channel) !== tell) return;
    heard.delete(channel);
    if (heard.size > 0) {
      client.unsubscribe(channel).catch(() => undefined);
      return;
    }
    client.disconnect();
    if (shared.canvassSubscriber === subscriber) shared.canvassSubscriber = null;
  };
}

function subscribe(): Subscriber | null {
  const url = redisUrl();
  if (url === undefined) return null;
  // It subscribes again by itself whenever it is connected again.
  const client = new Redis(url, {
    protocol: 2,
    disableClientInfo: true,
    maxRetriesPerRequest: null,
    retryStrategy: () => 1_000,
  });
  const heard: Subscriber["heard"] = new Map();
  client.on("message", (channel: string) => heard.get(channel)?.());
  client.on("error", () => undefined);
  return { client, heard };
}
