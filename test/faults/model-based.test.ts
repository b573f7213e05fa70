import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { isFinal } from "@/db/job-status";
import { claimJob } from "@/db/job-transitions/claim";
import { succeedJob } from "@/db/job-transitions/succeed";
import { takeDueJobs } from "@/db/job-transitions/take";
import { ANSWER, FACTS } from "../claims";
import { ownDatabase } from "../own-database";
import { steps, sweepOnce } from "./commands";
import { freshWorld, LIMITS, look, makeScene, passTime, startClaim, type World } from "./world";

ownDatabase();
beforeAll(makeScene);

/** How long `npm run test:soak` looks for a story that breaks a promise. */
const SOAK_SECONDS = Number(process.env.SOAK ?? 0);
const RUNS = SOAK_SECONDS > 0 ? 3_000 : 100;
const LIMIT_MS = (SOAK_SECONDS || 20) * 1_000;
/** More than the jobs that a story can leave behind. */
const MOST_ROUNDS = 60;

/** Faults stop: time passes, sweeps and dispatch go on, and workers answer. */
async function settle(world: World): Promise<void> {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    await passTime(3_600);
    await sweepOnce();
    for (const jobId of await takeDueJobs(LIMITS.maxJobs, LIMITS)) {
      const claim = startClaim(world, jobId);
      const claimed = await claimJob(claim, LIMITS);
      if (claimed?.outcome === "claimed") await succeedJob(claim, ANSWER, FACTS);
    }
    const { jobs, broken } = await look();
    expect(broken).toEqual([]);
    if ([...jobs.values()].every(({ status }) => isFinal(status))) return;
  }
  const { jobs } = await look();
  expect([...jobs.values()].filter(({ status }) => !isFinal(status))).toEqual([]);
}

test("the guards of every transition: whatever happens in whatever order, no promise is broken, and when faults stop every job becomes final", {
  timeout: LIMIT_MS + 60_000,
}, async () => {
  let real: World | undefined;
  await fc.assert(
    fc.asyncProperty(fc.commands(steps, { maxCommands: 40, size: "max" }), async (commands) => {
      await fc.asyncModelRun(async () => {
        real = await freshWorld();
        return { model: {}, real };
      }, commands);
      if (real) await settle(real);
    }),
    {
      numRuns: RUNS,
      // A slow machine does fewer runs; a seed that failed is printed, and goes here to be run again.
      interruptAfterTimeLimit: LIMIT_MS,
    },
  );
});
