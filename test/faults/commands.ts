import fc from "fast-check";
import { expect } from "vitest";
import { listJobs } from "@/db/job-queries";
import { isFinal, JOB_STATUSES, type JobStatus } from "@/db/job-status";
import { cancelJob, cancelJobs } from "@/db/job-transitions/cancel";
import { type Claim, claimJob } from "@/db/job-transitions/claim";
import { enqueueDueJobs } from "@/db/job-transitions/enqueue";
import { failJob } from "@/db/job-transitions/fail";
import type { Recorded } from "@/db/job-transitions/outcome";
import { restartJob, restartJobs } from "@/db/job-transitions/restart";
import { retryJob, waitForAccount, waitForRateLimit } from "@/db/job-transitions/retry";
import { succeedJob } from "@/db/job-transitions/succeed";
import { takeDueJobs } from "@/db/job-transitions/take";
import { chooseProbes } from "@/db/pauses";
import { rescueLostJobs } from "@/lib/jobs/rescue";
import { ANSWER, ERROR, FACTS } from "../claims";
import { type Allowed, type Step, step } from "./steps";
import {
  claimAt,
  instantOf,
  JOBS_OF_A_WINDOW,
  jobAt,
  LIMITS,
  MAX_ATTEMPTS,
  passTime,
  startClaim,
  type World,
} from "./world";

const FINAL_BUT_SUCCEEDED: readonly JobStatus[] = ["failed", "cancelled", "skipped"];
const statusIn = (world: World, jobId: number) => world.jobs.get(jobId)?.status;
const times = <T>(n: number, call: () => Promise<T>) =>
  Promise.all(Array.from({ length: n }, call));

/** The cron of the next hour or of the same one, `crons` times at once. */
const enqueue = (next: boolean, crons: number): Step =>
  step(`enqueue(${next ? "next" : "same"} window, ${crons} at once)`, async (world) => {
    if (next) world.window += 1;
    const isNew = !world.enqueued.has(world.window);
    world.enqueued.add(world.window);
    const made = await times(crons, () =>
      enqueueDueJobs({ maxAttempts: MAX_ATTEMPTS, at: instantOf(world) }),
    );
    const created = made.map(({ jobsCreated }) => jobsCreated).filter((n) => n > 0);
    expect(created).toEqual(isNew ? [JOBS_OF_A_WINDOW] : []);
    const superseded = made.reduce((n, { supersededIds }) => n + supersededIds.length, 0);
    const appeared = isNew ? JOBS_OF_A_WINDOW : 0;
    return { jobIds: "any", moves: { queued: ["skipped"] }, changed: superseded, appeared };
  });

/** Dispatch loops at once: what they took together, each claims. */
const dispatch = (count: number, loops: number): Step =>
  step(`dispatch(${count}, ${loops} at once)`, async (world) => {
    const taken = (await times(loops, () => takeDueJobs(count, LIMITS))).flat();
    expect(taken.length).toBeLessThanOrEqual(count * loops);
    expect(new Set(taken).size).toBe(taken.length);
    expect(new Set(taken.map((id) => statusIn(world, id)))).not.toContain("processing");
    const claims = await Promise.all(taken.map((id) => claimJob(startClaim(world, id), LIMITS)));
    const changed = claims.filter((claim) => claim?.outcome === "claimed").length;
    return { jobIds: taken, moves: { queued: ["processing"] }, changed };
  });

/** Claims once, or twice at once: as two workers, or as one whose first call seems lost. */
const claim = (nth: number, workers: 1 | 2 | "one, twice"): Step =>
  step(`claim(job ${nth}, ${workers})`, async (world) => {
    const jobId = jobAt(world, nth);
    if (jobId === undefined) return null;
    const [listed] = await listJobs({ jobId }, { limit: 1, before: null, limits: LIMITS });
    const first = startClaim(world, jobId);
    const second = workers === 2 ? startClaim(world, jobId) : workers === 1 ? null : first;
    const claims = second ? [first, second] : [first];
    const results = await Promise.all(claims.map((made) => claimJob(made, LIMITS)));
    const won = results.filter((result) => result?.outcome === "claimed").length;
    const free = listed?.waitingFor === "dispatch";
    expect(won).toBe(free ? (workers === 2 ? 1 : claims.length) : 0);
    return { jobIds: [jobId], moves: { queued: ["processing"] }, changed: free ? 1 : 0 };
  });

type Saying = { outcome: string; to: JobStatus; say: (claim: Claim) => Promise<Recorded | null> };

const SAYINGS: Record<string, Saying> = {
  succeed: { outcome: "succeeded", to: "succeeded", say: (c) => succeedJob(c, ANSWER, FACTS) },
  fail: { outcome: "failed", to: "failed", say: (c) => failJob(c, ERROR, FACTS) },
  retry: { outcome: "retried", to: "queued", say: (c) => retryJob(c, ERROR, FACTS, 30_000) },
  rateLimit: {
    outcome: "waited",
    to: "queued",
    say: (c) => waitForRateLimit(c, ERROR, FACTS, 20_000),
  },
  account: { outcome: "waited", to: "queued", say: (c) => waitForAccount(c, ERROR, FACTS, 60) },
};

/** Says what came of a claim, live or stale; `said` times, as if the reply had been lost. */
const say = (name: string, nth: number, said: number): Step =>
  step(`${name}(claim ${nth}${said > 1 ? ", and again" : ""})`, async (world) => {
    const claim = claimAt(world, nth);
    const saying = SAYINGS[name];
    if (!claim || !saying) return null;
    const live = world.jobs.get(claim.jobId)?.token === claim.claimToken;
    // As the policy has it: without attempts left it is a failure, never a retry.
    const job = world.jobs.get(claim.jobId);
    if (live && name === "retry" && job && job.attempts >= MAX_ATTEMPTS) return null;
    if (live) world.said.set(claim.claimToken, saying.outcome);
    const recognised = world.said.get(claim.claimToken) === saying.outcome;
    for (let n = 0; n < said; n++) {
      expect((await saying.say(claim)) !== null).toBe(recognised);
    }
    return { jobIds: [claim.jobId], moves: { processing: [saying.to] }, changed: live ? 1 : 0 };
  });

const cancel = (nth: number): Step =>
  step(`cancel(job ${nth})`, async (world) => {
    const jobId = jobAt(world, nth);
    const status = jobId === undefined ? undefined : statusIn(world, jobId);
    if (jobId === undefined || status === undefined) return null;
    expect(await cancelJob(jobId)).toBe(!isFinal(status));
    const moves: NonNullable<Allowed>["moves"] = {
      queued: ["cancelled"],
      processing: ["cancelled"],
    };
    return { jobIds: [jobId], moves };
  });

const restart = (nth: number): Step =>
  step(`restart(job ${nth})`, async (world) => {
    const jobId = jobAt(world, nth);
    const status = jobId === undefined ? undefined : statusIn(world, jobId);
    if (jobId === undefined || status === undefined) return null;
    const isRestarted = (await restartJob(jobId, MAX_ATTEMPTS)) !== null;
    expect(isRestarted).toBe(FINAL_BUT_SUCCEEDED.includes(status));
    const moves = { failed: ["queued"], cancelled: ["queued"], skipped: ["queued"] } as const;
    return { jobIds: [jobId], moves };
  });

/** All jobs in one state at once. */
const cancelAll = (status: JobStatus): Step =>
  step(`cancelAll(${status})`, async (world) => {
    const matched = countIn(world, status);
    const moved = await cancelJobs({ status });
    const changed = isFinal(status) ? 0 : matched;
    expect({ ...moved, changedIds: moved.changedIds.length }).toEqual({
      matched,
      changedIds: changed,
    });
    const moves = { queued: ["cancelled"], processing: ["cancelled"] } as const;
    return { jobIds: "any", moves, changed };
  });

const restartAll = (status: JobStatus): Step =>
  step(`restartAll(${status})`, async (world) => {
    const matched = countIn(world, status);
    const moved = await restartJobs({ status }, MAX_ATTEMPTS);
    const changed = FINAL_BUT_SUCCEEDED.includes(status) ? matched : 0;
    expect({ ...moved, changedIds: moved.changedIds.length }).toEqual({
      matched,
      changedIds: changed,
    });
    const moves = { failed: ["queued"], cancelled: ["queued"], skipped: ["queued"] } as const;
    return { jobIds: "any", moves, changed };
  });

const countIn = ({ jobs }: World, status: JobStatus) =>
  [...jobs.values()].filter((job) => job.status === status).length;

/** A success, a failure and a cancel of one job at once: one of them comes first, the rest change nothing. */
const race = (nth: number): Step =>
  step(`race(claim ${nth})`, async (world) => {
    const claim = claimAt(world, nth);
    const job = claim && world.jobs.get(claim.jobId);
    if (!claim || !job) return null;
    const [succeeded, failed] = await Promise.all([
      succeedJob(claim, ANSWER, FACTS),
      failJob(claim, ERROR, FACTS),
      cancelJob(claim.jobId),
    ]);
    if (job.token === claim.claimToken) {
      expect(succeeded && failed).toBeNull();
      if (succeeded || failed) world.said.set(claim.claimToken, succeeded ? "succeeded" : "failed");
    }
    const ends = ["succeeded", "failed", "cancelled"] as const;
    const moves = { processing: ends, queued: ["cancelled"] } as const;
    return { jobIds: [job.id], moves, changed: isFinal(job.status) ? 0 : 1 };
  });

/** The worker of a claim vanishes: nobody will ever say what came of it. */
const crash = (nth: number): Step =>
  step(`crash(claim ${nth})`, async (world) => {
    const claim = claimAt(world, nth);
    world.claims = world.claims.filter((other) => other !== claim);
    return null;
  });

const pass = (seconds: number): Step =>
  step(`pass(${seconds} s)`, async () => {
    await passTime(seconds);
    return null;
  });

export async function sweepOnce(): Promise<number> {
  const [rescued] = await Promise.all([rescueLostJobs(), chooseProbes(60)]);
  return rescued;
}

const sweep = (sweeps: number): Step =>
  step(`sweep(${sweeps} at once)`, async () => {
    const rescued = await times(sweeps, sweepOnce);
    const changed = rescued.reduce((a, b) => a + b);
    return { jobIds: "any", moves: { processing: ["queued", "failed"] }, changed };
  });

const nth = fc.nat({ max: 30 });
/** Mostly the newest claims. */
const recent = fc.oneof(
  { weight: 4, arbitrary: fc.nat({ max: 2 }) },
  { weight: 1, arbitrary: nth },
);

export const steps: fc.Arbitrary<Step>[] = [
  fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 3 })).map((args) => enqueue(...args)),
  fc
    .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 2 }))
    .map((args) => dispatch(...args)),
  fc
    .tuple(nth, fc.constantFrom(1 as const, 2 as const, "one, twice" as const))
    .map((a) => claim(...a)),
  fc.tuple(recent, fc.integer({ min: 1, max: 2 })).map(([n, said]) => say("succeed", n, said)),
  fc
    .tuple(fc.constantFrom(...Object.keys(SAYINGS)), recent, fc.integer({ min: 1, max: 2 }))
    .map((args) => say(...args)),
  nth.map(cancel),
  nth.map(restart),
  fc.constantFrom(...JOB_STATUSES).map(cancelAll),
  fc.constantFrom(...JOB_STATUSES).map(restartAll),
  recent.map(race),
  recent.map(crash),
  fc.constantFrom(1, 25, 61, 400).map(pass),
  fc.integer({ min: 1, max: 3 }).map(sweep),
];
