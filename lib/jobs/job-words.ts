import type { WaitingFor } from "@/db/job-status";
import { usd } from "@/lib/format/figures";
import type { WaitCause } from "./timeline";

// What a job's page says in words, apart from why it waits.

/** Who made a job, by the key of its batch. */
export function queuedBy(batchKey: string): string {
  if (batchKey.startsWith("run-")) return "Queued by a run that somebody asked for";
  if (/^\d{4}-\d{2}-\d{2}T\d{2}$/.test(batchKey)) return "Queued by the hourly batch";
  if (/^\d{4}-\d{2}-\d{2}$/.test(batchKey)) return "Queued by the daily batch";
  if (/^\d{4}-W\d{2}$/.test(batchKey)) return "Queued by the weekly batch";
  if (/^\d{4}-\d{2}$/.test(batchKey)) return "Queued by the monthly batch";
  if (batchKey.startsWith("once-")) return "Queued by the batch that runs once";
  return "Queued";
}

/** What a past wait was for, to follow "Waited 41 s". */
export function waitedFor(cause: WaitCause, provider: string): string {
  switch (cause) {
    case "turn":
      return "for its turn";
    case "backoff":
      return "before the next try";
    case "rate_limit":
      return `for ${provider}'s rate limit`;
    case "account":
      return `until ${provider} took our calls again`;
  }
}

/** What a job waits for now, to follow "Waits". */
export function waitsFor(waitingFor: WaitingFor | null): string {
  switch (waitingFor) {
    case "paused":
      return "for a resume";
    case "backoff":
      return "for its next try";
    case "rate_limit":
      return "for the rate limit";
    case "model_limit":
      return "for a place of its model";
    case "user_limit":
      return "for a place of its owner";
    case "global_limit":
      return "for a free place";
    case "dispatch":
      return "to be sent out";
    case null:
      return "until it is due";
  }
}

/** What an attempt that came to nothing cost. */
export function chargeOf(attempt: { costUsd: number | null; mayHaveBeenPaid: boolean }): string {
  if (attempt.costUsd !== null) return `Cost ${usd(attempt.costUsd)}.`;
  return attempt.mayHaveBeenPaid ? "It may have been charged." : "Nothing was charged.";
}

/** Who cancelled a job, or what did, by what was written down of it. */
export function cancelledBy(errorMessage: string | null): string {
  if (errorMessage === null || errorMessage === "Cancelled by hand") return "By hand.";
  return sentence(errorMessage);
}

/** Why a job was skipped: never asked. `errorMessage` tells what the budget was by then. */
export function skippedSentence(
  job: { errorCode: string | null; errorMessage: string | null; finishedAt: Date | null },
  modelName: string,
  now: Date,
): string {
  switch (job.errorCode) {
    case "budget_exceeded": {
      const isToday = job.finishedAt !== null && utcDay(job.finishedAt) === utcDay(now);
      const amount = /\$(\d+(?:\.\d+)?)/.exec(job.errorMessage ?? "")?.[1];
      const budget = amount === undefined ? "budget" : `budget of ${usd(Number(amount))}`;
      return isToday
        ? `Skipped: today's ${budget} is spent.`
        : `Skipped: that day's ${budget} was spent.`;
    }
    case "unpriced":
      return `Skipped: ${modelName} has no price, so nobody can tell if it keeps within the budget.`;
    case "superseded":
      return "Skipped: a newer batch took its place.";
    case "prompt_inactive":
      return "Skipped: its question is off or deleted.";
    case "model_inactive":
      return `Skipped: ${modelName} is off.`;
    default:
      return "Skipped.";
  }
}

const utcDay = (at: Date) => at.toISOString().slice(0, 10);

/** What was written down as an error, as a sentence. */
export function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
