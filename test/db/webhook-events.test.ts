import { sql } from "drizzle-orm";
import { beforeEach, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { cancelJob } from "@/db/job-transitions/cancel";
import { failJob } from "@/db/job-transitions/fail";
import { restartJob } from "@/db/job-transitions/restart";
import { waitForAccount } from "@/db/job-transitions/retry";
import { succeedJob } from "@/db/job-transitions/succeed";
import { deletePauses, insertPause } from "@/db/pauses";
import { deleteOldEvents } from "@/db/webhook-deliveries";
import {
  tellIfBatchEnded,
  tellOfEndedBatches,
  tellOfOpenCircuits,
  tellOfReachedBudget,
} from "@/db/webhook-events";
import { deleteWebhook, updateWebhook } from "@/db/webhooks";
import { ANSWER, claimed, ERROR, FACTS, forgetJobs, lane } from "../claims";
import { makeJob } from "../factories";
import { ownDatabase } from "../own-database";
import { forgetWebhooks, makeWebhook, toldEvents } from "../webhooks";

ownDatabase();
beforeEach(async () => {
  await forgetJobs();
  await forgetWebhooks();
});

/** Jobs of one owner under one key. */
async function batch(jobs: number, batchKey: string, ownerId: string | null = null) {
  const { promptId, modelId } = await lane(0);
  const made = [];
  for (let runIndex = 0; runIndex < jobs; runIndex++) {
    made.push(await makeJob({ promptId, modelId, runIndex, batchKey, ownerId }));
  }
  return made.map((job) => job.id);
}

async function succeed(id: number) {
  await succeedJob(await claimed(id), ANSWER, FACTS);
}

const sum = (numbers: number[]) => numbers.reduce((total, n) => total + n, 0);

describe("the end of a batch", () => {
  test("is told when its last job ends and not before, with its figures", async () => {
    const hook = await makeWebhook();
    const [first = 0, second = 0, third = 0] = await batch(3, "2026-11-24", "ada");
    await succeed(first);
    expect(await tellIfBatchEnded(first)).toBe(0);
    const claim = await claimed(second);
    await cancelJob(third);
    expect(await tellIfBatchEnded(third)).toBe(0);
    expect(await tellOfEndedBatches()).toBe(0);
    await failJob(claim, ERROR, FACTS);
    expect(await tellIfBatchEnded(second)).toBe(1);
    const isoTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(await toldEvents()).toEqual([
      {
        type: "batch.finished",
        webhooks: [hook.id],
        data: {
          batchKey: "2026-11-24",
          ownerId: "ada",
          summary: {
            total: 3,
            queued: 0,
            processing: 0,
            succeeded: 1,
            failed: 1,
            skipped: 0,
            cancelled: 1,
          },
          costUsd: 0.0008,
          startedAt: isoTime,
          finishedAt: isoTime,
        },
      },
    ]);
  });

  test("is told once for each owner under a shared key, nobody's too", async () => {
    await makeWebhook();
    const [ada = 0] = await batch(1, "2026-11-24", "ada");
    const [bob = 0, open = 0] = await batch(2, "2026-11-24", "bob");
    const [nobody = 0] = await batch(1, "2026-11-24");
    for (const id of [ada, bob, nobody]) {
      await succeed(id);
      await tellIfBatchEnded(id);
    }
    const owners = async () => (await toldEvents()).map(({ data }) => data.ownerId);
    expect(await owners()).toEqual(["ada", null]);
    await cancelJob(open);
    await tellOfEndedBatches();
    expect(await owners()).toEqual(["ada", null, "bob"]);
    const totals = (await toldEvents()).map(({ data }) => data.summary.total);
    expect(totals).toEqual([1, 1, 2]);
  });

  test("keys that only look alike are different batches", async () => {
    await makeWebhook();
    for (const [key, owner] of [
      ["a/b", null],
      ["b", "/a"],
      ["b", "a"],
      ['a", "b', null],
    ] as const) {
      const [id = 0] = await batch(1, key, owner);
      await succeed(id);
      expect(await tellIfBatchEnded(id)).toBe(1);
    }
  });

  test("the guard on conflict: of twenty who notice at once, one tells", async () => {
    await makeWebhook();
    const ids = await batch(20, "2026-11-24");
    const claims = await Promise.all(ids.map(claimed));
    const told = await Promise.all(
      claims.map(async (claim) => {
        await succeedJob(claim, ANSWER, FACTS);
        return tellIfBatchEnded(claim.jobId);
      }),
    );
    const swept = await Promise.all(Array.from({ length: 5 }, tellOfEndedBatches));
    expect(sum(told) + sum(swept)).toBe(1);
    expect(await toldEvents()).toMatchObject([{ data: { summary: { total: 20, succeeded: 20 } } }]);
  });

  test("is noticed by a sweep where its last job was cancelled", async () => {
    await makeWebhook();
    const [id = 0] = await batch(1, "run-1");
    await cancelJob(id);
    expect(await tellOfEndedBatches()).toBe(1);
    expect(await tellOfEndedBatches()).toBe(0);
    expect(await toldEvents()).toMatchObject([{ data: { costUsd: null, startedAt: null } }]);
  });

  test("isn't told again after a restart", async () => {
    await makeWebhook();
    const [id = 0] = await batch(1, "run-1");
    await cancelJob(id);
    await tellOfEndedBatches();
    await restartJob(id, 3);
    await succeed(id);
    expect([await tellIfBatchEnded(id), await tellOfEndedBatches()]).toEqual([0, 0]);
    expect(await toldEvents()).toHaveLength(1);
  });

  test("isn't told to a webhook that was made after it, or over 25 hours later", async () => {
    const [before = 0] = await batch(1, "before");
    await succeed(before);
    const hook = await makeWebhook();
    expect([await tellIfBatchEnded(before), await tellOfEndedBatches()]).toEqual([0, 0]);
    const [old = 0] = await batch(1, "old");
    await cancelJob(old);
    await execute(sql`update webhooks set created_at = now() - interval '3 days'`);
    await execute(sql`update prompt_jobs set finished_at = now() - interval '26 hours'`);
    expect(await tellOfEndedBatches()).toBe(0);
    const [next = 0] = await batch(1, "next");
    await cancelJob(next);
    const late = await makeWebhook();
    expect(await tellOfEndedBatches()).toBe(1);
    expect(await toldEvents()).toMatchObject([{ webhooks: [hook.id] }]);
    expect(late.id).not.toBe(hook.id);
  });

  test("is told to each webhook that asks for it and is on, and written nowhere where none is", async () => {
    const off = await makeWebhook();
    await updateWebhook(off.id, { active: false });
    await makeWebhook(["circuit.opened"]);
    const [first = 0] = await batch(1, "first");
    await succeed(first);
    expect(await tellIfBatchEnded(first)).toBe(0);
    expect(await toldEvents()).toEqual([]);
    const hooks = [await makeWebhook(["batch.finished"]), await makeWebhook()];
    const [second = 0] = await batch(1, "second");
    await succeed(second);
    expect(await tellIfBatchEnded(second)).toBe(2);
    expect(await toldEvents()).toMatchObject([{ webhooks: hooks.map((hook) => hook.id) }]);
  });
});

describe("an open circuit", () => {
  const open = async () => {
    const { first } = await lane(1, { provider: "openai" });
    await waitForAccount(await claimed(first), { ...ERROR, errorCode: "quota" }, FACTS, 60);
  };

  test("is told once, and again when it opens after it was closed; a pause by hand isn't", async () => {
    await makeWebhook();
    await insertPause({ provider: "openrouter" });
    await open();
    const told = await Promise.all(Array.from({ length: 10 }, tellOfOpenCircuits));
    expect(sum(told)).toBe(1);
    expect(await toldEvents()).toMatchObject([
      {
        type: "circuit.opened",
        data: { provider: "openai", reason: "quota", since: expect.stringMatching(/Z$/) },
      },
    ]);
    await deletePauses({});
    await open();
    expect(await tellOfOpenCircuits()).toBe(1);
  });
});

test("a budget is told to be reached once a day", async () => {
  await makeWebhook();
  const days = ["2026-11-24", "2026-11-24", "2026-11-24", "2026-11-25"];
  const told = await Promise.all(days.map((day) => tellOfReachedBudget(day, 5)));
  expect(sum(told)).toBe(2);
  const data = (await toldEvents()).map((event) => event.data);
  expect(data).toEqual(
    expect.arrayContaining([
      { day: "2026-11-24", budgetUsd: 5 },
      { day: "2026-11-25", budgetUsd: 5 },
    ]),
  );
});

test("deliveries are forgotten after 30 days, events when their jobs are", async () => {
  await makeWebhook();
  for (const day of ["a", "b", "c"]) await tellOfReachedBudget(day, 1);
  const age = (table: string, day: string, days: number) =>
    execute(sql`update ${sql.identifier(table)} t set created_at = now() - make_interval(days => ${days}::int)
      from webhook_events e where e.key = ${day}
        and ${table === "webhook_events" ? sql`t.id = e.id` : sql`t.event_id = e.id`}`);
  for (const table of ["webhook_events", "webhook_deliveries"]) {
    await age(table, "a", 100);
    await age(table, "b", 40);
    await age(table, "c", 29);
  }
  await deleteOldEvents(30, 90);
  const left = (await toldEvents()).map(({ data, webhooks }) => [data.day, webhooks.length]);
  expect(left).toEqual([
    ["b", 0],
    ["c", 1],
  ]);
});

test("with a webhook its deliveries go, and what happened stays", async () => {
  const hook = await makeWebhook();
  await tellOfReachedBudget("2026-11-24", 1);
  expect(await deleteWebhook(hook.id)).toBe(true);
  expect(await toldEvents()).toMatchObject([{ webhooks: [] }]);
});
