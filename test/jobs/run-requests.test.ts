import { sql } from "drizzle-orm";
import { beforeEach, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { deleteOldRunRequests } from "@/db/maintenance";
import { updatePrompt } from "@/db/prompts";
import { ownDatabase } from "../own-database";
import { type Asked, end, forgetRuns, idsOf, promptOf, refusalOf, run } from "./runs";

ownDatabase();
beforeEach(forgetRuns);

describe("an idempotency key", () => {
  test("gives the first answer again, whatever became of the jobs", async () => {
    const { id } = await promptOf(1);
    const keyed = () => run(id, { force: true, idempotencyKey: "k" });
    const first = await keyed();
    await end(idsOf(first));
    await updatePrompt(id, { active: false });
    expect(await keyed()).toEqual(first);
  });

  test("at 30 calls at once makes one set, and gives all the same answer", async () => {
    const { id } = await promptOf(1);
    const keyed = () => run(id, { force: true, idempotencyKey: "k" });
    const replies = await Promise.all(Array.from({ length: 30 }, keyed));
    expect(new Set(replies.map((reply) => JSON.stringify(reply))).size).toBe(1);
    expect(await execute(sql`select from prompt_jobs`)).toHaveLength(2);
  });

  test("is refused with another body, and free for another caller or prompt", async () => {
    const { id } = await promptOf(1);
    const { id: otherId } = await promptOf(1);
    const keyed = (promptId: number, asked: Asked = {}) =>
      run(promptId, { force: true, idempotencyKey: "k", ...asked });
    const first = await keyed(id);
    expect((await refusalOf(keyed(id, { runs: 1 }))).error).toBe("ConflictError");
    expect((await refusalOf(keyed(id, { force: false }))).error).toBe("ConflictError");
    expect((await keyed(id, { callerId: "alice" })).batchKey).not.toBe(first.batchKey);
    expect((await keyed(id, { callerId: "bob", runs: 1 })).created).toBe(1);
    expect((await keyed(otherId)).batchKey).not.toBe(first.batchKey);
  });

  test("is forgotten after 24 h, swept or not", async () => {
    const { id } = await promptOf(1);
    const keyed = () => run(id, { force: true, idempotencyKey: "k" });
    const first = await keyed();
    await execute(sql`update run_requests set created_at = created_at - interval '23 hours'`);
    await deleteOldRunRequests();
    expect(await keyed()).toEqual(first);
    await execute(sql`update run_requests set created_at = created_at - interval '61 minutes'`);
    const second = await keyed();
    expect(second.batchKey).not.toBe(first.batchKey);
    expect(await keyed()).toEqual(second);
    await execute(sql`update run_requests set created_at = created_at - interval '25 hours'`);
    await deleteOldRunRequests();
    expect(await execute(sql`select from run_requests`)).toEqual([]);
  });
});

describe("the limit of jobs that one user may create in an hour", () => {
  const secondsUntilRetry = async (call: Promise<unknown>) => {
    const { error, details } = await refusalOf(call);
    expect(error).toBe("RateLimitedError");
    return Number(details.retryAfterSeconds);
  };

  test("counts what was made, not what was joined, and not the operator's", async () => {
    const { id } = await promptOf(1, { runs: 2 });
    const alice = { callerId: "alice", limit: 5 };
    await run(id, alice);
    for (let n = 0; n < 3; n++) expect(await run(id, alice)).toMatchObject({ joined: 2 });
    expect(await execute(sql`select from run_requests`)).toHaveLength(1);
    await run(id, { ...alice, force: true });
    expect(await secondsUntilRetry(run(id, { ...alice, force: true }))).toBeGreaterThan(3_590);
    expect(await run(id, { ...alice, runs: 1 })).toMatchObject({ created: 1 });
    await secondsUntilRetry(run(id, { ...alice, runs: 1, force: true }));
    expect(await run(id, alice)).toMatchObject({ created: 0, joined: 2 });
    expect(await run(id, { callerId: "bob", limit: 5, force: true })).toMatchObject({ created: 2 });
    for (let n = 0; n < 4; n++) await run(id, { force: true, limit: 5 });
    expect(await execute(sql`select from prompt_jobs where priority = 10`)).toHaveLength(15);
  });

  test("says when enough of it is an hour old, and is right", async () => {
    const { id } = await promptOf(1, { runs: 2 });
    const forced = { callerId: "alice", limit: 6, force: true };
    for (const minutesAgo of [50, 40, 10]) {
      await run(id, forced);
      await execute(sql`update run_requests
        set created_at = now() - make_interval(mins => ${minutesAgo}::int)
        where id = (select max(id) from run_requests)`);
    }
    const minutes = async (runs: number) =>
      Math.round((await secondsUntilRetry(run(id, { ...forced, runs }))) / 60);
    expect(await minutes(2)).toBe(10);
    expect(await minutes(3)).toBe(20);
    expect(await minutes(4)).toBe(20);
    expect(await minutes(5)).toBe(50);
    expect(await minutes(6)).toBe(50);
    await execute(sql`update run_requests set created_at = created_at - interval '10 minutes'`);
    expect(await run(id, { ...forced, runs: 2 })).toMatchObject({ created: 2 });
  });

  test("refuses a set that no hour could hold", async () => {
    const { id } = await promptOf(1, { runs: 2 });
    expect(await secondsUntilRetry(run(id, { callerId: "alice", limit: 1 }))).toBe(3_600);
    expect(await execute(sql`select from prompt_jobs`)).toEqual([]);
  });

  test("the guard of the caller's lock: 20 runs of 20 prompts at once don't pass it", async () => {
    const prompts = await Promise.all(Array.from({ length: 20 }, () => promptOf(1, { runs: 1 })));
    const made = await Promise.allSettled(
      prompts.map(({ id }) => run(id, { callerId: "alice", limit: 7 })),
    );
    expect(made.filter((one) => one.status === "fulfilled")).toHaveLength(7);
    expect(await execute(sql`select from prompt_jobs`)).toHaveLength(7);
  });
});
