import type { WaitingFor } from "@/db/job-status";
import { clock, dateTime } from "@/lib/format/times";
import { sentence } from "./job-words";

/** What is known of a queued job and of what may hold it back. */
export type Waiting = {
  waitingFor: WaitingFor | null;
  attemptCount: number;
  scheduledFor: Date;
  /** Why its last try came to nothing; null: it has had none. */
  lastError: string | null;
  model: {
    name: string;
    provider: string;
    maxConcurrency: number | null;
    requestsPerMinute: number | null;
    rateLimitedUntil: Date | null;
  };
  /** What is paused, and why; both null: everything. */
  pause: {
    provider: string | null;
    modelId: number | null;
    reason: string;
    nextProbeAt: Date | null;
  } | null;
  limits: { maxJobs: number; maxJobsPerOwner: number };
  /** Whether the reader owns it. */
  isOwn: boolean;
};

/** `lead` says why, `rest` what else is known, `until` when it ends, where that is known. */
export type WaitingSentence = { lead: string; rest: string; until: Date | null };

/** Why a job waits, for a person who wants to know what frees it. */
export function waitingSentence(
  job: Waiting,
  reader: { timeZone: string; now: Date },
): WaitingSentence {
  const { model, limits } = job;
  const at = (time: Date) => moment(time, reader);
  switch (job.waitingFor) {
    case "paused":
      return pausedSentence(job, at);
    case "backoff":
      return {
        lead: `Waits for its ${ordinal(job.attemptCount + 1)} try, at ${at(job.scheduledFor)}.`,
        rest: job.lastError === null ? "" : sentence(job.lastError),
        until: job.scheduledFor,
      };
    case "rate_limit":
      return rateLimitSentence(model, reader);
    case "model_limit":
      return {
        lead: `${model.name} runs ${model.maxConcurrency ?? "a number"} at once at most.`,
        rest: "It is sent out when one of them ends.",
        until: null,
      };
    case "user_limit":
      return {
        lead: `${limits.maxJobsPerOwner} of ${job.isOwn ? "your" : "its owner's"} jobs run already.`,
        rest: "It is sent out when one of them ends.",
        until: null,
      };
    case "global_limit":
      return {
        lead: `All ${limits.maxJobs} places are in use.`,
        rest: "It is sent out when a running job ends.",
        until: null,
      };
    case "dispatch":
      return {
        lead: "Waits to be sent out;",
        rest: "the next sweep takes it at the latest.",
        until: null,
      };
    case null:
      return {
        lead: `Isn't due before ${at(job.scheduledFor)}.`,
        rest: "",
        until: job.scheduledFor,
      };
  }
}

/** Why an account's calls are refused, by the code that opened its circuit. */
const REFUSALS: Readonly<Record<string, string>> = {
  quota_exhausted: "quota used up",
  provider_auth: "it doesn't accept our key",
};

function pausedSentence({ pause, model }: Waiting, at: (time: Date) => string): WaitingSentence {
  if (pause === null) return { lead: `${model.name} is paused.`, rest: "", until: null };
  if (pause.reason === "manual") {
    const what = pause.provider ?? (pause.modelId === null ? "Everything" : model.name);
    return { lead: `${what} is paused.`, rest: "It waits until somebody resumes.", until: null };
  }
  return {
    lead: `${pause.provider ?? model.provider} refuses our calls: ${REFUSALS[pause.reason] ?? pause.reason}.`,
    rest: pause.nextProbeAt === null ? "" : `Next try at ${at(pause.nextProbeAt)}, with one job.`,
    until: null,
  };
}

function rateLimitSentence(
  model: Waiting["model"],
  reader: { timeZone: string; now: Date },
): WaitingSentence {
  const until = model.rateLimitedUntil;
  if (until !== null && until > reader.now) {
    return {
      lead: `${model.provider} asked us to slow down until ${moment(until, reader)}.`,
      rest: "",
      until,
    };
  }
  return {
    lead: `${model.name} takes ${model.requestsPerMinute ?? "only so many"} calls a minute at most.`,
    rest: "It is sent out when a minute has room again.",
    until: null,
  };
}

const DAY_MS = 86_400_000;

/** 14:03:20 where it is today or nearly, else with its date. */
function moment(at: Date, { timeZone, now }: { timeZone: string; now: Date }): string {
  const isNear = Math.abs(at.getTime() - now.getTime()) < DAY_MS / 2;
  return isNear ? clock(at, timeZone, true) : dateTime(at, timeZone, now);
}

const ORDINALS = [
  "first",
  "second",
  "third",
  "fourth",
  "fifth",
  "sixth",
  "seventh",
  "eighth",
  "ninth",
  "tenth",
];

/** The third of something, in words as far as people say them. */
function ordinal(n: number): string {
  return ORDINALS[n - 1] ?? `${n}th`;
}
