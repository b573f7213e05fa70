import { type Environment, environment } from "@/lib/env";
import { log } from "@/lib/log";
import { deliverDue } from "@/lib/webhooks/deliver";
import { dispatchInTurn } from "./dispatch-in-turn";
import { enqueueDue } from "./enqueue";
import { isStopping } from "./stopping";
import { sweep } from "./sweep";

/** No platform ends us: a loop lasts as long as there is work. The ticks meanwhile start no other. */
const DISPATCH_MS = 86_400_000;

/** What is due then, the next tick's takes. */
const DELIVER_MS = 60_000;

/**
 * Runs the cron and the sweep every SELF_TICK_SECONDS, for a server of one's own, where nobody else
 * would. Does nothing at 0. Never throws, and goes on whatever a tick meets: the database may be away.
 */
export function startSelfTick(): void {
  let env: Environment;
  try {
    env = environment();
  } catch (error) {
    log.error({ err: error }, "the configuration is not valid: no job will run");
    return;
  }
  if (env.SELF_TICK_SECONDS === 0) return;
  let dispatching = false;
  setInterval(async () => {
    if (isStopping()) return;
    for (const duty of [enqueueDue, sweep]) {
      await duty(env).catch((error: unknown) => {
        log.error({ err: error, duty: duty.name }, "a tick failed; the next one tries again");
      });
    }
    void deliverDue(env, { deadlineMs: Date.now() + DELIVER_MS });
    if (dispatching) return;
    dispatching = true;
    await dispatchInTurn(env, { deadlineMs: Date.now() + DISPATCH_MS });
    dispatching = false;
  }, env.SELF_TICK_SECONDS * 1000);
}
