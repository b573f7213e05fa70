import { z } from "zod";
import type { Environment } from "@/lib/env";
import { selfAddress } from "@/lib/self-address";

/** What became of a job that was sent out. */
export type Sent =
  /** It was run, or somebody else has it. */
  | { outcome: "accepted" }
  /** It can't run now: paused, or a limit is full. */
  | { outcome: "must_wait" }
  /** We stopped waiting for the reply; whoever took it in hand goes on. */
  | { outcome: "unknown" }
  /** Nobody took it in hand: it is still queued. */
  | { outcome: "refused"; reason: string };

/** An answer of ours names the job; an HTML page, a login or a proxy's error doesn't. */
const processReply = z.object({ jobId: z.int(), status: z.string() });

/**
 * Posts one job to our own `/api/jobs/process`, and waits until it is done. Never throws.
 * Not accepted is anything but our own 200 or 202: the secret goes to the configured address alone,
 * so a redirect is not followed.
 */
export async function sendJob(jobId: number, env: Environment, timeoutMs: number): Promise<Sent> {
  const bypass = env.VERCEL_AUTOMATION_BYPASS_SECRET;
  try {
    const response = await fetch(`${selfAddress(env)}/api/jobs/process`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${env.CRON_SECRET}`,
        "content-type": "application/json",
        ...(bypass ? { "x-vercel-protection-bypass": bypass } : {}),
      },
      body: JSON.stringify({ jobId }),
      redirect: "manual",
      cache: "no-store",
      signal: AbortSignal.timeout(timeoutMs),
    });
    const body: unknown = await response.json().catch(() => undefined);
    const ours = processReply.safeParse(body);
    if ((response.status === 200 || response.status === 202) && ours.success) {
      return { outcome: response.status === 202 ? "must_wait" : "accepted" };
    }
    return { outcome: "refused", reason: `HTTP ${response.status}` };
  } catch (error) {
    if (error instanceof Error && error.name === "TimeoutError") return { outcome: "unknown" };
    return { outcome: "refused", reason: reasonOf(error) };
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  const cause = error.cause;
  return cause instanceof Error && "code" in cause ? String(cause.code) : error.name;
}
