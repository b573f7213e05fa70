import { z } from "zod";
import type { Environment } from "@/lib/env";
import { selfAddress } from "@/lib/self-address";

/** Whether a process invocation took the job in hand; if not, the job is still queued. */
export type Sent = { accepted: true; limitFull: boolean } | { accepted: false; reason: string };

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
      return { accepted: true, limitFull: response.status === 202 };
    }
    return { accepted: false, reason: `HTTP ${response.status}` };
  } catch (error) {
    return { accepted: false, reason: reasonOf(error) };
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  const cause = error.cause;
  return cause instanceof Error && "code" in cause ? String(cause.code) : error.name;
}
