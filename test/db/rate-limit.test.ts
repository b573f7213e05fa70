import { sql } from "drizzle-orm";
import { beforeEach, describe, expect, test } from "vitest";
import { execute } from "@/db/client";
import { claimJob } from "@/db/job-transitions/claim";
import { waitForRateLimit } from "@/db/job-transitions/retry";
import { hasJobsDueWithin, takeDueJobs } from "@/db/job-transitions/take";
import { deleteOldModelClaims } from "@/db/maintenance";
import {
  attemptsOf,
  claimed,
  ERROR,
  FACTS,
  forgetJobs,
  lane,
  OPEN,
  tryClaim,
  waitsFor,
} from "../claims";
import { readJob } from "../factories";
import { ownDatabase } from "../own-database";

ownDatabase();

beforeEach(forgetJobs);

const LIMITED = { ...ERROR, errorCode: "rate_limited" };

async function heldSeconds(modelId: number): Promise<number> {
  const [row] = await execute<{ seconds: number }>(sql`
    select extract(epoch from rate_limited_until - now()) as seconds from models where id = ${modelId}`);
  return row?.seconds ?? 0;
}

const ageClaims = (modelId: number, seconds: number) =>
  execute(sql`update model_claims set claimed_at = claimed_at - make_interval(secs => ${seconds}::int)
    where model_id = ${modelId}`);

describe("a provider's rate limit", () => {
  test("the guard rate_limited_until: holds back the whole model and no other, and uses up no attempt", async () => {
    const [held, free] = [await lane(3), await lane(1)];
    const claim = await claimed(held.first);
    const recorded = await waitForRateLimit(claim, LIMITED, FACTS, 30_000);
    expect(recorded?.status).toBe("queued");
    expect(Date.parse(recorded?.scheduledFor ?? "")).toBeGreaterThan(Date.now() + 25_000);
    expect(await readJob(held.first)).toMatchObject({ attemptCount: 0, claimCount: 1, version: 3 });
    expect(await attemptsOf(held.first)).toMatchObject([
      { attempt: 1, outcome: "waited", error_code: "rate_limited" },
    ]);
    for (const id of held.ids) expect(await waitsFor(id)).toBe("rate_limit");
    expect(await takeDueJobs(10, OPEN)).toEqual(free.ids);
    await execute(sql`update models set rate_limited_until = now() where id = ${held.modelId}`);
    expect(new Set(await takeDueJobs(10, OPEN))).toEqual(new Set(held.ids));
    expect(await waitsFor(held.first)).toBeUndefined();
  });

  test("the guard greatest(): the longest hold wins, in whatever order they are said", async () => {
    const { ids, modelId } = await lane(3);
    const [short, long, shorter] = [
      await claimed(ids[0] ?? 0),
      await claimed(ids[1] ?? 0),
      await claimed(ids[2] ?? 0),
    ];
    await waitForRateLimit(short, LIMITED, FACTS, 20_000);
    await waitForRateLimit(long, LIMITED, FACTS, 60_000);
    expect(await heldSeconds(modelId)).toBeGreaterThan(55);
    await waitForRateLimit(shorter, LIMITED, FACTS, 10_000);
    expect(await heldSeconds(modelId)).toBeGreaterThan(55);
  });

  test("said again because its reply was lost, it holds no longer and gives nothing back twice", async () => {
    const { first, modelId } = await lane(1);
    const claim = await claimed(first);
    await waitForRateLimit(claim, LIMITED, FACTS, 20_000);
    const job = await readJob(first);
    const said = await waitForRateLimit(claim, LIMITED, FACTS, 300_000);
    expect(said?.status).toBe("queued");
    expect(await readJob(first)).toEqual(job);
    expect(await heldSeconds(modelId)).toBeLessThan(21);
    expect(await attemptsOf(first)).toHaveLength(1);
  });

  test("a loop that is alive waits for the end of the hold", async () => {
    const { modelId } = await lane(1);
    await execute(sql`update models set rate_limited_until = now() + interval '2 seconds'
      where id = ${modelId}`);
    expect(await takeDueJobs(10, OPEN)).toEqual([]);
    expect(await hasJobsDueWithin(10_000)).toBe(true);
  });
});

describe("requests a minute", () => {
  test("the guard under the lock: of forty claims at once, exactly seven get through", async () => {
    const { ids } = await lane(40, { requestsPerMinute: 7 });
    // Between the count and the commit there is time for all others to count too.
    await execute(sql`create function dawdle() returns trigger language plpgsql as
      'begin perform pg_sleep(0.02); return new; end'`);
    await execute(sql`create trigger dawdle before insert on model_claims for each row
      execute function dawdle()`);
    const results = await Promise.all(ids.map((id) => tryClaim(id)));
    await execute(sql`drop function dawdle cascade`);
    expect(results.filter((r) => r?.outcome === "claimed")).toHaveLength(7);
    const waits = results.flatMap((r) => (r?.outcome === "waiting" ? [r.waitingFor] : []));
    expect(waits).toEqual(Array(33).fill("rate_limit"));
    expect(await execute(sql`select from model_claims`)).toHaveLength(7);
  });

  test("the guard of a sliding minute: a place comes back 60 s after its claim, not with the clock's minute", async () => {
    const { ids, modelId } = await lane(6, { requestsPerMinute: 2 });
    const [a = 0, b = 0, c = 0, d = 0, e = 0] = ids;
    await claimed(a);
    await ageClaims(modelId, 40);
    await claimed(b);
    expect(await waitsFor(c)).toBe("rate_limit");
    // a's claim is 59 s old, b's 19 s.
    await ageClaims(modelId, 19);
    expect(await waitsFor(c)).toBe("rate_limit");
    await ageClaims(modelId, 2);
    await claimed(c);
    expect(await waitsFor(d)).toBe("rate_limit");
    await ageClaims(modelId, 41);
    await claimed(d);
    expect(await waitsFor(e)).toBe("rate_limit");
  });

  test("a claim that ended still counts, and one tried again under its token counts once", async () => {
    const { ids } = await lane(2, { requestsPerMinute: 1 });
    const [first = 0, second = 0] = ids;
    const claim = await claimed(first);
    expect(await claimJob(claim, OPEN)).toMatchObject({ outcome: "claimed" });
    await waitForRateLimit(claim, LIMITED, FACTS, 0);
    expect(await waitsFor(second)).toBe("rate_limit");
    expect(await execute(sql`select from model_claims`)).toHaveLength(1);
  });

  test("dispatch takes no more than the minute has left", async () => {
    const { ids } = await lane(10, { requestsPerMinute: 4 });
    await claimed(ids[0] ?? 0);
    expect(await takeDueJobs(10, OPEN)).toHaveLength(3);
  });

  test("the sweep forgets only claims that no minute looks at", async () => {
    const { ids, modelId } = await lane(2, { requestsPerMinute: 2 });
    await claimed(ids[0] ?? 0);
    await ageClaims(modelId, 400);
    await claimed(ids[1] ?? 0);
    await deleteOldModelClaims();
    expect(await execute(sql`select from model_claims`)).toHaveLength(1);
  });
});
