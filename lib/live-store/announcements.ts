import { Redis } from "ioredis";
import { redisUrl } from "@/lib/env";
import { jobKey } from "./job-status";

/** Whoever polls comes again at once: a connection with nothing to hear is kept for so long. */
const LINGER_MS = 10_000;

type Subscriber = {
  client: Redis;
  heard: Map<string, () => void>;
  lingering: NodeJS.Timeout | undefined;
};

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
  clearTimeout(subscriber.lingering);
  heard.set(channel, tell);
  client.subscribe(channel).catch(() => undefined);
  return () => {
    if (heard.get(channel) !== tell) return;
    heard.delete(channel);
    client.unsubscribe(channel).catch(() => undefined);
    if (heard.size === 0) subscriber.lingering = setTimeout(end, LINGER_MS, subscriber).unref();
  };
}

function end(subscriber: Subscriber): void {
  subscriber.client.disconnect();
  if (shared.canvassSubscriber === subscriber) shared.canvassSubscriber = null;
}

function subscribe(): Subscriber | null {
  const url = redisUrl();
  if (url === undefined) return null;
  const client = new Redis(url, {
    protocol: 2,
    disableClientInfo: true,
    // While it is away nothing is queued: what is heard then is subscribed to when it is back.
    enableOfflineQueue: false,
    autoResubscribe: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => 1_000,
  });
  const heard: Subscriber["heard"] = new Map();
  client.on("ready", () => {
    if (heard.size > 0) client.subscribe(...heard.keys()).catch(() => undefined);
  });
  client.on("message", (channel: string) => heard.get(channel)?.());
  client.on("error", () => undefined);
  return { client, heard, lingering: undefined };
}
