import type { AttemptOutcome, FinalJobStatus, JobStatus } from "@/db/job-status";

/** What a timeline needs of a job. */
export type TimedJob = {
  status: JobStatus;
  createdAt: Date;
  scheduledFor: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  attemptCount: number;
  maxAttempts: number;
};

/** And of each attempt that has ended, oldest first. */
export type TimedAttempt = {
  attempt: number;
  startedAt: Date;
  finishedAt: Date;
  outcome: AttemptOutcome;
  errorCode: string | null;
};

/**
 * Why it waited, as far as is stored: for its turn, for the next try after a failure, for a rate limit,
 * or for an account that refused. What else held a job back in the past nobody wrote down.
 */
export type WaitCause = "turn" | "backoff" | "rate_limit" | "account";

/** What happened (at a time), and what lay between (for a while), in their order. */
export type TimelineEntry<A extends TimedAttempt = TimedAttempt> =
  | { kind: "queued"; at: Date }
  /** By a person, who isn't stored; null: nor is the time, once another try followed. */
  | { kind: "restarted"; at: Date | null }
  | { kind: "waited"; since: Date; until: Date; cause: WaitCause }
  | { kind: "waiting"; since: Date; cause: WaitCause }
  /** `tryNumber` of the job's most, since the last (re)start. */
  | { kind: "started"; at: Date; attempt: number; tryNumber: number }
  | { kind: "running"; since: Date }
  | { kind: "ended"; at: Date; attempt: A }
  /** Without an attempt: it was skipped, or cancelled while it was queued. */
  | { kind: "left"; at: Date; status: FinalJobStatus }
  | { kind: "next"; at: Date };

export type Timeline<A extends TimedAttempt = TimedAttempt> = {
  entries: TimelineEntry<A>[];
  waitedMs: number;
  ranMs: number;
};

/** A job's life from its row and its attempts. What lies between an end and a restart is no wait. */
export function jobTimeline<A extends TimedAttempt>(
  job: TimedJob,
  attempts: readonly A[],
  now: Date,
): Timeline<A> {
  const { earlier, current } = groupsOf(job, attempts);
  const groups = [...earlier, current];
  const number = (attempts.at(-1)?.attempt ?? 0) + 1;
  const entries = groups.flatMap((group, place): TimelineEntry<A>[] => {
    const isCurrent = place === groups.length - 1;
    const since = place === 0 ? job.createdAt : isCurrent ? restartedAt(job, current) : null;
    const start: TimelineEntry<A> =
      place === 0 ? { kind: "queued", at: job.createdAt } : { kind: "restarted", at: since };
    const last = isCurrent ? lastPart(job, { group, since, number, now }) : [];
    return [start, ...tries(group, since), ...last];
  });
  return { entries, ...totals(entries, now) };
}

/** Attempts from between two (re)starts; the present ones, told by how many tries are used, apart. */
function groupsOf<A extends TimedAttempt>(job: TimedJob, attempts: readonly A[]) {
  const usedNow = job.attemptCount - (job.status === "processing" ? 1 : 0);
  let first = attempts.length;
  for (let used = 0; first > 0; first--) {
    const attempt = attempts[first - 1];
    if (!attempt) break;
    used += isUsed(attempt) ? 1 : 0;
    if (used > usedNow) break;
  }
  const earlier: A[][] = [];
  let isOpen = false;
  for (const attempt of attempts.slice(0, first)) {
    if (!isOpen) earlier.push([]);
    const group = earlier.at(-1) ?? [];
    group.push(attempt);
    const isSpent = group.filter(isUsed).length >= job.maxAttempts;
    isOpen = !isEndOfRun(attempt) && !(attempt.outcome === "lost" && isSpent);
  }
  return { earlier, current: attempts.slice(first) };
}

/** A wait for a rate limit or an account gives its attempt back. */
const isUsed = ({ outcome }: TimedAttempt) => outcome !== "waited";

/** After these only a person's restart leads on. */
const isEndOfRun = ({ outcome }: TimedAttempt) =>
  outcome === "failed" || outcome === "cancelled" || outcome === "succeeded";

/** A restart writes `scheduledFor`, and so does each further try: then its time is gone. */
function restartedAt(job: TimedJob, current: readonly TimedAttempt[]): Date | null {
  const isKept = current.every(
    (attempt, place) =>
      isEndOfRun(attempt) ||
      (attempt.outcome === "lost" && job.status === "failed" && place === current.length - 1),
  );
  return isKept ? job.scheduledFor : null;
}

function tries<A extends TimedAttempt>(group: readonly A[], since: Date | null) {
  return group.flatMap((attempt, place): TimelineEntry<A>[] => {
    const before = group[place - 1];
    const from = before ? before.finishedAt : since;
    const tryNumber = group.slice(0, place).filter(isUsed).length + 1;
    return [
      ...waited<A>(from, attempt.startedAt, causeAfter(before)),
      { kind: "started", at: attempt.startedAt, attempt: attempt.attempt, tryNumber },
      { kind: "ended", at: attempt.finishedAt, attempt },
    ];
  });
}

/** What isn't an attempt that has ended: it waits, it runs, or it left the queue unasked. */
function lastPart<A extends TimedAttempt>(
  job: TimedJob,
  run: { group: readonly A[]; since: Date | null; number: number; now: Date },
): TimelineEntry<A>[] {
  const { group, number, now } = run;
  const last = group.at(-1);
  const since = last ? last.finishedAt : run.since;
  const cause = causeAfter(last);
  if (job.status === "queued") {
    const from = since ?? job.scheduledFor;
    const next: TimelineEntry<A>[] =
      job.scheduledFor > now ? [{ kind: "next", at: job.scheduledFor }] : [];
    return [{ kind: "waiting", since: from, cause }, ...next];
  }
  if (job.status === "processing") {
    const at = job.startedAt ?? now;
    const tryNumber = group.filter(isUsed).length + 1;
    return [
      ...waited<A>(since, at, cause),
      { kind: "started", at, attempt: number, tryNumber },
      { kind: "running", since: at },
    ];
  }
  const endedByAttempt =
    last && (isEndOfRun(last) || (last.outcome === "lost" && job.status === "failed"));
  if (endedByAttempt) return [];
  const at = job.finishedAt ?? now;
  return [...waited<A>(since, at, cause), { kind: "left", at, status: job.status }];
}

function causeAfter(attempt: TimedAttempt | undefined): WaitCause {
  if (attempt?.outcome === "retried") return "backoff";
  if (attempt?.outcome !== "waited") return "turn";
  return attempt.errorCode === "rate_limited" ? "rate_limit" : "account";
}

const waited = <A extends TimedAttempt>(
  since: Date | null,
  until: Date,
  cause: WaitCause,
): TimelineEntry<A>[] =>
  since !== null && until > since ? [{ kind: "waited", since, until, cause }] : [];

function totals(entries: readonly TimelineEntry[], now: Date) {
  let waitedMs = 0;
  let ranMs = 0;
  for (const entry of entries) {
    if (entry.kind === "waited") waitedMs += msBetween(entry.since, entry.until);
    if (entry.kind === "waiting") waitedMs += msBetween(entry.since, now);
    if (entry.kind === "running") ranMs += msBetween(entry.since, now);
    if (entry.kind === "ended") ranMs += msBetween(entry.attempt.startedAt, entry.at);
  }
  return { waitedMs, ranMs };
}

const msBetween = (from: Date, to: Date) => Math.max(0, to.getTime() - from.getTime());
