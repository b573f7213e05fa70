import { sql } from "drizzle-orm";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { findAskedSets } from "@/db/answer-queries";
import { closeDatabase, execute } from "@/db/client";
import { cancelJob } from "@/db/job-transitions/cancel";
import { restartJobs } from "@/db/job-transitions/restart";
import { updatePrompt } from "@/db/prompts";
import { claimed } from "../claims";
import { ownDatabase } from "../own-database";
import { ask, askedFirst, end, forgetRuns, idsOf, promptOf, run } from "./runs";

const database = ownDatabase();
beforeAll(async () => {
  // Windows are UTC's whatever the server's own zone says; here no window begins with UTC's.
  const name = sql.identifier(new URL(database.url).pathname.slice(1));
  await execute(sql`alter database ${name} set timezone to 'Asia/Kolkata'`);
  await closeDatabase();
});
beforeEach(forgetRuns);

describe("a run unless asked", () => {
  test("makes nothing while a set is in flight or once one has ended in this window", async () => {
    const { id } = await promptOf(1, { frequency: "daily" });
    const made = await askedFirst(id);
    expect(made.created).toBe(2);
    expect(await ask(id)).toBe("asked_already");
    await end(idsOf(made));
    expect(await ask(id)).toBe("asked_already");
    // Yesterday's window is over; what is still in flight from it is not.
    await execute(sql`update prompt_jobs set created_at = created_at - interval '1 day'`);
    const next = await askedFirst(id);
    await execute(sql`update prompt_jobs set created_at = created_at - interval '1 day'`);
    const [running = 0, failed = 0] = idsOf(next);
    await claimed(running);
    await end([failed]);
    expect(await ask(id)).toBe("asked_already");
    for (const jobId of idsOf(next)) await cancelJob(jobId);
    expect(await ask(id)).toMatchObject({ created: 2 });
  });

  test("looks at the newest set, and at the newest of those in flight", async () => {
    const { id } = await promptOf(1, { runs: 1 });
    const ids: number[] = [];
    for (let n = 0; n < 4; n++) ids.push(...idsOf(await run(id, { force: true })));
    const [, , inFlight = 0, newest = 0] = ids;
    await end([newest]);
    expect(await findAskedSets(id)).toEqual({
      newest: [{ jobId: newest, status: "failed", errorCode: "timeout" }],
      active: [{ jobId: inFlight, status: "queued", errorCode: null }],
    });
  });

  test("at 20 callers at once makes one set", async () => {
    const { id } = await promptOf(1);
    const asked = await Promise.all(Array.from({ length: 20 }, () => ask(id)));
    expect(asked.filter((made) => made === "asked_already")).toHaveLength(19);
    expect(await execute(sql`select from prompt_jobs`)).toHaveLength(2);
  });

  test.each(["hourly", "daily", "weekly", "monthly", "manual", "once"] as const)(
    "the window of %s is the cron's",
    async (frequency) => {
      const { id } = await promptOf(1, { frequency });
      const made = await askedFirst(id);
      await end(idsOf(made));
      const unit = { hourly: "hour", daily: "day", weekly: "week", monthly: "month" };
      const ends = frequency in unit;
      const start = ends
        ? sql`date_trunc(${unit[frequency as "hourly"]}, now(), 'UTC')`
        : sql`now() - interval '10 years'`;
      await execute(sql`update prompt_jobs set created_at = ${start}`);
      expect(await ask(id)).toBe("asked_already");
      if (!ends) return;
      await execute(sql`update prompt_jobs set created_at = ${start} - interval '1 millisecond'`);
      expect(await ask(id)).toMatchObject({ created: 2 });
    },
  );

  test("runs again once the question has changed and nothing is in flight", async () => {
    const { id } = await promptOf(1);
    const made = await askedFirst(id);
    await claimed(idsOf(made)[0] ?? 0);
    await updatePrompt(id, { question: "And now?" });
    expect(await ask(id)).toBe("asked_already");
    await end(idsOf(made));
    const next = await askedFirst(id);
    expect(next.created).toBe(2);
    await end(idsOf(next));
    expect(await ask(id)).toBe("asked_already");
  });

  test("makes nothing while restarted jobs of before the change wait for the new question", async () => {
    const { id } = await promptOf(1);
    const made = await askedFirst(id);
    for (const jobId of idsOf(made)) await claimed(jobId);
    await end(idsOf(made));
    await updatePrompt(id, { question: "And now?" });
    expect((await restartJobs({ batchKey: made.batchKey }, 3)).changedIds).toHaveLength(2);
    expect(await ask(id)).toBe("asked_already");
    await end(idsOf(made));
    expect(await ask(id)).toBe("asked_already");
  });
});
