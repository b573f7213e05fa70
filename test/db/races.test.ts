import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import postgres from "postgres";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { cancelJob, cancelJobs, deletePrompt } from "@/db/job-transitions/cancel";
import { claimJob } from "@/db/job-transitions/claim";
import { pruneJobs } from "@/db/job-transitions/prune";
import { rescueJobs } from "@/db/job-transitions/rescue";
import { restartJob, restartJobs } from "@/db/job-transitions/restart";
import { succeedJob } from "@/db/job-transitions/succeed";
import { importPrompts } from "@/db/prompt-import";
import { findPromptById, updatePrompt } from "@/db/prompts";
import { environment } from "@/lib/env";
import { restartJob as restartByHand, restartJobs as restartManyByHand } from "@/lib/jobs/restart";
import {
  ANSWER,
  attemptsOf,
  claimed,
  FACTS,
  forgetJobs,
  lane,
  loseLease,
  newClaim,
  OPEN,
  responsesOf,
  tryClaim,
} from "../claims";
import { ageJob, makeModel, makePrompt, readJob } from "../factories";
import { untilWaiting } from "../locks";
import { ownDatabase } from "../own-database";

// Races that luck would seldom make: one side stands still in a transaction while the other runs into it.

const database = ownDatabase();

let other: postgres.Sql;
beforeAll(() => {
  other = postgres(database.url, { max: 1 });
});
afterAll(() => other.end());
beforeEach(forgetJobs);

/** What `calls` give if they begin before `change` commits and can't go on until it does. */
async function during<T>(change: string, ...calls: (() => Promise<T>)[]): Promise<T[]> {
  const started: Promise<T>[] = [];
  await other.begin(async (tx) => {
    await tx.unsafe(change);
    for (const call of calls) {
      started.push(call());
      await untilWaiting(started.length);
    }
  });
  return Promise.all(started);
}

const CANCEL = (id: number) => `update prompt_jobs set status = 'cancelled', claim_token = null,
  lease_expires_at = null, finished_at = now(), error_code = 'cancelled', version = version + 1
  where id = ${id}`;
const TURN = "select pg_advisory_xact_lock(7301, 1)";

describe("a claim", () => {
  test("the guard status = 'queued': a job that is cancelled meanwhile is not claimed", async () => {
    const { first } = await lane(1);
    const [result] = await during(CANCEL(first), () => tryClaim(first));
    expect(result).toMatchObject({ outcome: "not_queued", job: { status: "cancelled" } });
    expect(await readJob(first)).toMatchObject({ status: "cancelled", claimCount: 0 });
  });

  test("the guard of the look under the lock: tried again while its first try still waits, it is one claim", async () => {
    // One place, and one request a minute: the first try's own must not count against the second.
    const { first } = await lane(1, { maxConcurrency: 1, requestsPerMinute: 1 });
    const claim = newClaim(first);
    const claimIt = () => claimJob(claim, { ...OPEN, maxJobs: 1 });
    const results = await during(TURN, claimIt, claimIt);
    expect(results.map((result) => result?.outcome)).toEqual(["claimed", "claimed"]);
    expect(await readJob(first)).toMatchObject({ claimCount: 1, attemptCount: 1, version: 2 });
    expect(await execute(sql`select from model_claims`)).toHaveLength(1);
  });

  test("of another's job that waited for its turn says that it isn't queued", async () => {
    const { first } = await lane(1);
    const results = await during(
      TURN,
      () => tryClaim(first),
      () => tryClaim(first),
    );
    expect(results.map((result) => result?.outcome).sort()).toEqual(["claimed", "not_queued"]);
  });
});

describe("what ends a claim", () => {
  test("the guard holds(): a success that meets a cancel stores nothing", async () => {
    const { first } = await lane(1);
    const claim = await claimed(first);
    const [result] = await during(CANCEL(first), () => succeedJob(claim, ANSWER, FACTS));
    expect(result).toBeNull();
    expect(await responsesOf(first)).toBe(0);
    expect(await readJob(first)).toMatchObject({ status: "cancelled", entityId: null });
  });

  test("the guard of the cancel's row lock: a cancel that meets a claim takes its token with it", async () => {
    const { first } = await lane(1);
    const claimToken = randomUUID();
    const claimIt = `select from claim_job(${first}, '${claimToken}', 60, 10, 10)`;
    expect(await during(claimIt, () => cancelJob(first))).toEqual([true]);
    expect(await attemptsOf(first)).toMatchObject([{ attempt: 1, outcome: "cancelled" }]);
    expect(await succeedJob({ jobId: first, claimToken }, ANSWER, FACTS)).toBeNull();
  });

  test("the guard skip locked: a rescue passes over a job whose outcome is just being stored", async () => {
    const { ids } = await lane(2);
    const [busy = 0, lost = 0] = ids;
    for (const id of ids) await claimed(id);
    await loseLease(ids);
    await other.begin(async (tx) => {
      await tx`select from prompt_jobs where id = ${busy} for update`;
      expect(await rescueJobs(ids)).toHaveLength(1);
    });
    expect((await readJob(lost)).status).toBe("queued");
    expect((await readJob(busy)).status).toBe("processing");
  });
});

describe("the guard of the restarted job's reference: where its twin comes in flight meanwhile", () => {
  const env = () => environment({ DATABASE_URL: database.url, CRON_SECRET: "0123456789abcdef" });

  /** A cancelled job with a reference, and the statement that enqueues its only active one. */
  async function twins() {
    const { first, promptId, modelId } = await lane(1);
    await cancelJob(first);
    await execute(sql`update prompt_jobs set reference = 'r' where id = ${first}`);
    const twin = `insert into prompt_jobs (prompt_id, model_id, run_index, batch_key, reference,
      sole_reference) values (${promptId}, ${modelId}, 0, 'twin', 'r', 'r')`;
    return { first, twin };
  }
  const active = () => execute(sql`select batch_key from prompt_jobs where status = 'queued'`);

  test("its restart is refused, and names the twin", async () => {
    const { first, twin } = await twins();
    const refused = () => restartByHand(first, "all", env()).catch((error: unknown) => error);
    const [error] = await during(twin, refused);
    const [row] = await execute<{ id: number }>(
      sql`select id from prompt_jobs where batch_key = 'twin'`,
    );
    expect(error).toMatchObject({
      error: "ConflictError",
      details: { jobId: first, conflictingJobId: row?.id },
    });
    expect(await active()).toEqual([{ batch_key: "twin" }]);
  });

  test("a restart of many leaves it alone", async () => {
    const { twin } = await twins();
    const restart = () => restartManyByHand({ status: "cancelled" }, "all", env());
    expect(await during(twin, restart)).toEqual([{ matched: 1, changed: 0 }]);
    expect(await active()).toEqual([{ batch_key: "twin" }]);
  });
});

test.each([
  ["a restart", (id: number) => restartJob(id, 3), null],
  ["one of many", (id: number) => restartJobs({ jobIds: [id] }, 3), { matched: 1, changedIds: [] }],
])(
  "the guard of the status under the lock: %s leaves a job alone that is restarted meanwhile",
  async (_, restart, nothing) => {
    const { first } = await lane(1);
    await cancelJob(first);
    const { version } = await readJob(first);
    const restarted = `update prompt_jobs set status = 'queued', version = version + 1,
      finished_at = null, error_code = null where id = ${first}`;
    expect(await during<unknown>(restarted, () => restart(first))).toEqual([nothing]);
    expect(await readJob(first)).toMatchObject({ status: "queued", version: version + 1 });
  },
);

test.each([
  ["cancel", (jobIds: number[]) => cancelJobs({ jobIds })],
  ["restart", (jobIds: number[]) => restartJobs({ jobIds }, 3)],
])(
  "the guard order by id: a %s of many holds no job while it waits for an older one",
  async (name, move) => {
    const { ids } = await lane(2);
    const [older = 0, newer = 0] = ids;
    if (name === "restart") await cancelJobs({ jobIds: ids });
    // Now it lies behind the newer one in the table.
    await execute(sql`update prompt_jobs set priority = 1 where id = ${older}`);
    const moving = await other.begin(async (tx) => {
      await tx`select from prompt_jobs where id = ${older} for update`;
      const moved = move([newer, older]);
      await untilWaiting(1);
      await execute(sql`select from prompt_jobs where id = ${newer} for update nowait`);
      return [moved];
    });
    const { matched, changedIds } = (await moving[0]) ?? {};
    expect({ matched, changedIds: changedIds?.toSorted((a, b) => a - b) }).toEqual({
      matched: 2,
      changedIds: ids,
    });
  },
);

test("the guard skip locked: a prune passes over a job that is just being restarted", async () => {
  const { first } = await lane(1);
  await cancelJob(first);
  await ageJob(first, 91 * 86_400);
  await other.begin(async (tx) => {
    await tx`select from prompt_jobs where id = ${first} for update`;
    expect(await pruneJobs(90, 10)).toEqual([]);
  });
  expect(await restartJob(first, 3)).toEqual({ outcome: "restarted" });
  expect(await pruneJobs(90, 10)).toEqual([]);
});

describe("what waits for a prompt's row", () => {
  test("the guard of the second look: a deletion cancels what a run made meanwhile", async () => {
    const { id } = await makePrompt([(await makeModel()).id], { runs: 3 });
    const run = `select run_prompt(${id}, 'run-x', false, false, null, null, null, null, '{}', 10, 3, null)`;
    expect(await during(run, () => deletePrompt(id))).toEqual([Array(3).fill(expect.any(Number))]);
    const jobs = await execute(sql`select status, error_message from prompt_jobs`);
    expect(jobs).toEqual(
      Array(3).fill({ status: "cancelled", error_message: "Its question was deleted" }),
    );
  });

  test("the guard of set_prompt_models: of two changes of its models the later one counts, not both", async () => {
    const models = [await makeModel(), await makeModel(), await makeModel()];
    const [a = 0, b = 0, c = 0] = models.map((model) => model.id);
    const { id, slug } = await makePrompt([a]);
    const row = {
      slug,
      question: "Q?",
      category: null,
      tags: [],
      frequency: "daily",
      runs: 1,
    } as const;
    const options = { given: new Set<string>(), ownerId: null };
    const changes = [
      () => updatePrompt(id, { modelIds: [b] }),
      () => importPrompts([{ ...row, modelIds: [c] }], options),
    ];
    for (const inOrder of [changes, changes.toReversed()]) {
      await during(
        `select from prompts where id = ${id} for update`,
        ...inOrder.map((change) => async () => void (await change())),
      );
      expect((await findPromptById(id))?.modelIds).toEqual(inOrder === changes ? [c] : [b]);
    }
  });
});
