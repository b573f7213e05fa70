import { Redis } from "ioredis";
import { redisUrl } from "@/lib/env";
import { log } from "@/lib/log";

/** A read that Redis doesn't answer by then goes to Postgres. */
export const ANSWER_WITHIN_MS = 100;

/** While Redis is away nobody waits for it; this often one call asks in passing whether it is back. */
const ASK_AGAIN_AFTER_MS = 1_000;

/** A connection may take this long to come up before Redis counts as away. */
const CONNECT_WITHIN_MS = 2_000;

type Store = {
  client: Redis;
  createdMs: number;
  wasReady: boolean;
  away: { sinceMs: number; askAgainMs: number; isLogged: boolean } | null;
  /** Keys that could not be written, and so may hold what is no longer true. */
  stale: Set<string>;
  droppedWrites: number;
  /** What keeps it from connecting. */
  connectionError: unknown;
  loggedMs: number;
};

/** So many keys are remembered while Redis is away; beyond it they are right again by their next write. */
const MOST_STALE = 100_000;
const DELETE_AT_ONCE = 1_000;

/** Whatever keeps Redis from serving is told once, and not again for as long where it comes and goes. */
const LOG_AGAIN_AFTER_MS = 60_000;

/** Not a module variable: Next bundles this module with each route, and each copy would connect. */
const shared = globalThis as typeof globalThis & { canvassRedis?: Store | null };

/** The one connection of this instance; null: REDIS_URL is not set. */
function current(): Store | null {
  if (shared.canvassRedis === undefined) {
    const url = redisUrl();
    shared.canvassRedis = url === undefined ? null : connect(url);
  }
  return shared.canvassRedis;
}

function connect(url: string): Store {
  const client = new Redis(url, {
    protocol: 2,
    disableClientInfo: true,
    connectTimeout: CONNECT_WITHIN_MS,
    // A connection that falls silent is given up for a new one.
    socketTimeout: ASK_AGAIN_AFTER_MS,
    retryStrategy: (times) => Math.min(times * 100, ASK_AGAIN_AFTER_MS),
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    // After a failover the old address may lead to what is now a replica.
    reconnectOnError: (error) => error.message.startsWith("READONLY"),
  });
  const store: Store = {
    client,
    createdMs: performance.now(),
    wasReady: false,
    away: null,
    stale: new Set(),
    droppedWrites: 0,
    connectionError: null,
    loggedMs: Number.NEGATIVE_INFINITY,
  };
  client.on("ready", () => {
    store.wasReady = true;
    store.connectionError = null;
  });
  client.on("error", (error: unknown) => {
    store.connectionError = error;
  });
  return store;
}

/** True where REDIS_URL is set. */
export function hasRedis(): boolean {
  return current() !== null;
}

/** True where REDIS_URL is set, and Redis answers. */
export async function redisServes(): Promise<boolean> {
  return (await askRedis((redis) => redis.ping())) !== undefined;
}

/**
 * Asks Redis. Undefined where there is none, or it is away, or doesn't answer in time: then Postgres is
 * asked. Never throws.
 */
export async function askRedis<T>(
  ask: (redis: Redis) => Promise<T>,
  withinMs = ANSWER_WITHIN_MS,
): Promise<T | undefined> {
  const store = current();
  if (!store) return undefined;
  if (store.away) {
    if (performance.now() >= store.away.askAgainMs) void comeBack(store);
    return undefined;
  }
  return answer(store, ask, withinMs);
}

/** Writes a key, as `askRedis` asks. What can't be written is dropped, and its key deleted later. */
export async function writeRedis<T>(
  keys: readonly string[],
  write: (redis: Redis) => Promise<T>,
): Promise<T | undefined> {
  const store = current();
  if (!store) return undefined;
  const written = await askRedis(write);
  if (written === undefined) {
    store.droppedWrites += keys.length;
    for (const key of keys) {
      if (store.stale.size < MOST_STALE) store.stale.add(key);
    }
  }
  return written;
}

/** Deletes keys, in parts that keep neither side busy for long. Never throws. */
export async function deleteFromRedis(keys: readonly string[]): Promise<void> {
  for (let at = 0; at < keys.length; at += DELETE_AT_ONCE) {
    const part = keys.slice(at, at + DELETE_AT_ONCE);
    await writeRedis(part, (redis) => redis.unlink(part));
  }
}

async function answer<T>(
  store: Store,
  ask: (redis: Redis) => Promise<T>,
  withinMs = ANSWER_WITHIN_MS,
): Promise<T | undefined> {
  try {
    return await within(withinMs, ask(store.client));
  } catch (error) {
    // A key of that name that is no hash isn't ours, and says nothing of Redis.
    const isOfKey = error instanceof Error && error.message.startsWith("WRONGTYPE");
    if (!isOfKey) goAway(store, error);
    return undefined;
  }
}

function goAway(store: Store, error: unknown): void {
  const nowMs = performance.now();
  // The first calls of a cold instance may come before its connection is up: nothing is wrong yet.
  const isConnecting = !store.wasReady && nowMs - store.createdMs < CONNECT_WITHIN_MS;
  const { sinceMs, isLogged } = store.away ?? { sinceMs: nowMs, isLogged: false };
  const isNews = !isLogged && !isConnecting && nowMs - store.loggedMs >= LOG_AGAIN_AFTER_MS;
  if (isNews) {
    store.loggedMs = nowMs;
    log.warn(
      { err: store.connectionError ?? error },
      "Redis does not serve: live status comes from Postgres meanwhile",
    );
  }
  store.away = {
    sinceMs,
    askAgainMs: nowMs + (isConnecting ? 0 : ASK_AGAIN_AFTER_MS),
    isLogged: isLogged || isNews,
  };
}

/** Believes Redis again once it has deleted all that could not be written meanwhile. */
async function comeBack(store: Store): Promise<void> {
  if (!store.away) return;
  // Nobody else asks meanwhile.
  store.away.askAgainMs = Number.POSITIVE_INFINITY;
  do {
    const part = [...store.stale].slice(0, DELETE_AT_ONCE);
    // Before it is sent: what can't be written meanwhile is stale again.
    for (const key of part) store.stale.delete(key);
    const ask = (redis: Redis): Promise<unknown> =>
      part.length > 0 ? redis.unlink(part) : redis.ping();
    if ((await answer(store, ask)) === undefined) {
      for (const key of part) store.stale.add(key);
      return;
    }
  } while (store.stale.size > 0);
  const { away, droppedWrites } = store;
  store.away = null;
  if (!away.isLogged) return;
  store.droppedWrites = 0;
  const awayMs = Math.round(performance.now() - away.sinceMs);
  log.info({ droppedWrites, awayMs }, "Redis serves again");
}

/** A deadline is waited for in so many steps. */
const STEPS = 4;

/**
 * Rejects where `promise` hasn't settled in time, by its own fault: where this whole machine stood still,
 * Redis on it too, that costs one step and not the deadline.
 */
async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    const wait = (steps: number) => {
      timer = setTimeout(() => {
        if (steps > 1) return wait(steps - 1);
        // An answer that has arrived is read before this: timers come first in a turn of the loop.
        setImmediate(() => reject(new Error(`Redis did not answer within ${ms} ms`)));
      }, ms / STEPS);
    };
    wait(STEPS);
  });
  try {
    return await Promise.race([promise, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

/** Ends the connection; the next call opens a new one. */
export function closeRedis(): void {
  shared.canvassRedis?.client.disconnect();
  delete shared.canvassRedis;
}
