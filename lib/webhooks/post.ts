import { type LookupAddress, lookup } from "node:dns";
import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import { promisify } from "node:util";
import { errorCodeOf } from "@/db/errors";
import { type Addresses, isWithin, literalOf, reachOf } from "./address";

/** What the Standard Webhooks specification leaves a receiver is 15 to 30 s; ours is a bound for DNS too. */
export const TIMEOUT_MS = 10_000;

/** Of a reply's body nothing is used; so much is let in, for receivers that mind being cut off. */
const MOST_REPLY_BYTES = 65_536;

const resolveName = promisify(lookup);

export type PostOptions = {
  addresses: Addresses;
  timeoutMs?: number;
  /** All addresses of a name. */
  resolve?: (hostname: string) => Promise<LookupAddress[]>;
};

/** A reply's status, and its Retry-After; or, where there was none, a sentence that says why. */
export type Posted =
  | { httpStatus: number; retryAfter: string | null }
  | { httpStatus: null; reason: string };

class RefusedAddress extends Error {}

/**
 * POSTs a JSON text to a webhook, within `timeoutMs` (10 s), its name's resolution included. Connects
 * to the very addresses that were checked, so that a name which changes in between leads nowhere else;
 * refuses where any of them isn't on the internet. Follows no redirect, uses no proxy, keeps nothing of
 * the reply's body. Never throws; the reason names no address, since one may bear a token.
 */
export async function post(
  address: string,
  body: string,
  headers: Record<string, string>,
  options: PostOptions,
): Promise<Posted> {
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const url = new URL(address);
    const targets = await unlessAborted(checkedTargets(url, options), signal);
    const reply = await request(url, targets, body, headers, signal);
    return {
      httpStatus: reply.statusCode ?? 0,
      retryAfter: reply.headers["retry-after"] ?? null,
    };
  } catch (error) {
    return { httpStatus: null, reason: reasonOf(error, signal, timeoutMs) };
  }
}

/** The addresses behind a url, none of which lies where it mayn't. Throws RefusedAddress. */
async function checkedTargets(
  url: URL,
  { addresses, resolve = (name) => resolveName(name, { all: true }) }: PostOptions,
): Promise<LookupAddress[]> {
  const reach = reachOf(url, addresses);
  if (reach === null) throw new RefusedAddress("Its address is not https.");
  const literal = literalOf(url);
  const targets =
    literal === null
      ? await resolve(url.hostname)
      : [{ address: literal, family: literal.includes(":") ? 6 : 4 }];
  if (targets.length > 0 && targets.every((target) => isWithin(reach, target.address))) {
    return targets;
  }
  throw new RefusedAddress(
    reach === "public"
      ? "Its address leads to a private or local network, which is not called."
      : "Plain http is only spoken to this machine, and its address leads elsewhere.",
  );
}

function request(
  url: URL,
  targets: LookupAddress[],
  body: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const client = url.protocol === "https:" ? https : http;
  const sent = client.request(url, {
    method: "POST",
    // Not the shared one, which may speak through a proxy of the environment's.
    agent: false,
    headers: { ...headers, "content-length": Buffer.byteLength(body) },
    signal,
    lookup: (_, { all }, found) => {
      const [first] = targets;
      if (all || !first) found(null, targets);
      else found(null, first.address, first.family);
    },
  });
  sent.on("error", reject);
  sent.on("response", (reply) => {
    let bytes = 0;
    reply.on("error", () => undefined);
    reply.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MOST_REPLY_BYTES) reply.destroy();
    });
    resolve(reply);
  });
  sent.end(body);
  return promise;
}

/** A name's resolution can't be called off: it is left alone. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

function reasonOf(error: unknown, signal: AbortSignal, timeoutMs: number): string {
  if (error instanceof RefusedAddress) return error.message;
  if (signal.aborted) return `No reply came within ${timeoutMs / 1000} s.`;
  const code = errorCodeOf(error) ?? "";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "Its name could not be resolved.";
  return `No reply came: ${/^[A-Z0-9_]{1,64}$/.test(code) ? code : "the call failed"}.`;
}
