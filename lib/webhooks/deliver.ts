import {
  type ClaimedDelivery,
  claimDelivery,
  listDueWebhooks,
  recordTry,
  type Try,
} from "@/db/webhook-deliveries";
import type { Environment } from "@/lib/env";
import { isStopping } from "@/lib/jobs/stopping";
import { log } from "@/lib/log";
import { nextTryMs } from "./backoff";
import { signedMessage } from "./message";
import { type Posted, type PostOptions, post, TIMEOUT_MS } from "./post";
import { webhookSecrets } from "./secret";

/** Longer than a try may take, with the time to record it. */
const LEASE_SECONDS = 40;

/** A try is begun only where it can end before the deadline. */
const ROOM_MS = TIMEOUT_MS + 2_000;

const GONE = 410;

type Options = { deadlineMs: number } & Partial<Omit<PostOptions, "addresses">>;

/**
 * Sends what is due to each webhook, one message after the other, and to all webhooks side by side, so
 * that one that hangs holds up itself alone. Any number of calls may run at once; they share the work.
 * Ends when nothing is due or before `deadlineMs` (epoch). Never throws.
 */
export async function deliverDue(env: Environment, options: Options): Promise<void> {
  try {
    const due = await listDueWebhooks();
    await Promise.all(due.map((webhookId) => deliverTo(webhookId, env, options)));
  } catch (error) {
    log.error({ err: error }, "webhooks could not be sent; the next sweep tries again");
  }
}

async function deliverTo(webhookId: number, env: Environment, options: Options): Promise<void> {
  while (Date.now() < options.deadlineMs - ROOM_MS && !isStopping()) {
    const claimed = await claimDelivery(webhookId, LEASE_SECONDS);
    if (!claimed) return;
    const tried = outcomeOf(await send(claimed, env, options), claimed.attempt);
    await recordTry(claimed, tried);
    if (tried.outcome === "delivered") continue;
    const { error, nextTryMs } = tried;
    log.warn(
      { webhookId, deliveryId: claimed.id, error, nextTryMs },
      "a webhook was not delivered",
    );
  }
}

function send(
  { webhook, event }: ClaimedDelivery,
  env: Environment,
  options: Options,
): Promise<Posted> {
  const told = { ...event, eventId: event.id };
  const { body, headers } = signedMessage(told, webhookSecrets(webhook, env), new Date());
  return post(webhook.url, body, headers, { ...options, addresses: env });
}

/** What a reply, or its absence, makes of the try: only 2xx is a delivery. */
function outcomeOf(posted: Posted, attempt: number): Try {
  const { httpStatus } = posted;
  if (httpStatus !== null && httpStatus >= 200 && httpStatus < 300) {
    return { outcome: "delivered", httpStatus };
  }
  const isGone = httpStatus === GONE;
  return {
    outcome: "failed",
    httpStatus,
    error: httpStatus === null ? posted.reason : sentenceFor(httpStatus),
    nextTryMs: isGone ? null : nextTryMs(attempt, posted),
    isGone,
  };
}

function sentenceFor(httpStatus: number): string {
  if (httpStatus === GONE) return "It answered HTTP 410, gone: the webhook was switched off.";
  if (httpStatus >= 300 && httpStatus < 400) {
    return `It answered HTTP ${httpStatus}: redirects are not followed.`;
  }
  return `It answered HTTP ${httpStatus}.`;
}
